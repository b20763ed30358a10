import { SqsError, invalidParameter } from './errors.ts'

/** Queue attributes as they are stored: AWS spelling, every value a string. Those never set have their default. */
export type QueueAttributes = Readonly<Record<string, string>>

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

interface Rule {
  /** What a new queue has; without one the attribute is absent until it is set. */
  readonly default?: string
  /** Answers the value in its stored form, or undefined where it is not one. */
  readonly read: (value: string) => string | undefined
  /** An empty value takes the attribute away. */
  readonly removable?: true
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const rules = new Map<string, Rule>(
  Object.entries({
    DelaySeconds: { default: '0', read: integerIn(0, 900) },
    MaximumMessageSize: { default: '1048576', read: integerIn(1024, 1_048_576) },
    MessageRetentionPeriod: { default: '345600', read: integerIn(60, 1_209_600) },
    ReceiveMessageWaitTimeSeconds: { default: '0', read: integerIn(0, 20) },
    VisibilityTimeout: { default: '30', read: integerIn(0, 43_200) },
    SqsManagedSseEnabled: { default: 'true', read: oneOf('true', 'false') },
    KmsMasterKeyId: { read: (value) => value, removable: true },
    KmsDataKeyReusePeriodSeconds: { read: integerIn(60, 86_400) },
    Policy: { read: jsonObject, removable: true },
    RedriveAllowPolicy: { read: jsonObject, removable: true },
    RedrivePolicy: { read: jsonObject, removable: true },
  }),
)

const fifoOnly = new Set(['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'])

export const defaultAttributes: QueueAttributes = Object.fromEntries(
  [...rules].flatMap(([name, rule]) => (rule.default === undefined ? [] : [[name, rule.default]])),
)

export function isSettable(name: string): boolean {
  return rules.has(name)
}

/**
 * The attributes of a request in their stored form, an empty string where one is to be taken away.
 * Throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue (redrive) or UnsupportedOperation (FIFO).
 */
export function readQueueAttributes(given: Readonly<Record<string, string>>): QueueAttributes {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readAttribute(name, value)]))
}

function readAttribute(name: string, value: string): string {
  if (fifoOnly.has(name)) {
    throw new SqsError('UnsupportedOperation', `FIFO queues are not supported by the embedded SQS yet (${name}).`)
  }
  const rule = rules.get(name)
  if (rule === undefined) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
  if (value === '' && rule.removable) return ''
  const read = rule.read(value)
  if (read === undefined) throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
  if (name === 'RedrivePolicy') parseRedrivePolicy(read)
  return read
}

/** Throws InvalidParameterValue where the policy lacks its two members or its count is not 1-1000. */
export function parseRedrivePolicy(json: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(json) as Record<string, unknown>
  if (typeof deadLetterTargetArn !== 'string' || maxReceiveCount === undefined) {
    const absent = typeof deadLetterTargetArn === 'string' ? 'maxReceiveCount' : 'deadLetterTargetArn'
    throw invalidParameter(json, 'RedrivePolicy', `Redrive policy does not contain mandatory attribute: ${absent}.`)
  }
  const count = Number(maxReceiveCount)
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidParameter(json, 'RedrivePolicy', 'Invalid value for maxReceiveCount: it must be between 1 and 1000.')
  }
  return { deadLetterTargetArn, maxReceiveCount: count }
}

/** Whether creating a queue again with `value` asks for what it already has. */
export function sameAttribute(name: string, value: string, current: string | undefined): boolean {
  if (name !== 'RedrivePolicy' || value === '' || current === undefined) return value === (current ?? '')
  const [a, b] = [parseRedrivePolicy(value), parseRedrivePolicy(current)]
  return a.deadLetterTargetArn === b.deadLetterTargetArn && a.maxReceiveCount === b.maxReceiveCount
}

function integerIn(min: number, max: number): Rule['read'] {
  return (value) => {
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max ? String(number) : undefined
  }
}

function oneOf(...values: readonly string[]): Rule['read'] {
  return (value) => (values.includes(value) ? value : undefined)
}

function jsonObject(value: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? value : undefined
  } catch {
    return undefined
  }
}
