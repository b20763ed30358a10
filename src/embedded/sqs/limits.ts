import { invalidParameter } from './errors.ts'

/**
 * The numbers of SQS.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html
 */
export const limits = {
  /** Body and attributes of a message, and of all messages of a batch together. */
  messageBytes: 1_048_576,
  batchEntries: 10,
  messageAttributes: 10,
  /** Received and neither deleted nor visible again, per queue. */
  inFlight: 120_000,
  visibilitySeconds: 43_200,
  purgeIntervalMs: 60_000,
  /** After deleting a queue, before its name can be had again. */
  nameIntervalMs: 60_000,
  /** How long a FIFO queue knows a deduplication id, and an attempt to receive. */
  deduplicationMs: 5 * 60_000,
  queueTags: 50,
  listPage: 1000,
} as const

interface Range {
  readonly min: number
  readonly max: number
  readonly reason: string
}

function range(min: number, max: number, reason: string): Range {
  return { min, max, reason }
}

const parameters = {
  DelaySeconds: range(0, 900, 'DelaySeconds must be >= 0 and <= 900.'),
  MaxNumberOfMessages: range(1, 10, 'Must be between 1 and 10, if provided.'),
  MaxResults: range(1, limits.listPage, `Must be between 1 and ${limits.listPage}, if provided.`),
  VisibilityTimeout: range(0, limits.visibilitySeconds, 'Must be between 0 and 43200, if provided.'),
  WaitTimeSeconds: range(0, 20, 'Must be >= 0 and <= 20, if provided.'),
} satisfies Record<string, Range>

/** Answers the value where it is in the parameter's range, undefined where it was not given; throws otherwise. */
export function inRange<V extends number | undefined>(parameter: keyof typeof parameters, value: V): V {
  const { min, max, reason } = parameters[parameter]
  if (value !== undefined && (value < min || value > max)) throw invalidParameter(value, parameter, reason)
  return value
}

/** Group, deduplication and attempt ids. Answers the value where it is one; throws InvalidParameterValue otherwise. */
export function checkToken(parameter: string, value: string): string {
  if (/^[\x21-\x7e]{1,128}$/.test(value)) return value
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
  throw invalidParameter(value, parameter, reason)
}
