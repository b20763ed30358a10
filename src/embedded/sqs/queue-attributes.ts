import { SqsError } from './errors.ts'
import { isPolicy } from './policy-text.ts'
import { parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive.ts'

/** Queue attributes as they are stored: AWS spelling, every value a string. Those never set have their default. */
export type QueueAttributes = Readonly<Record<string, string>>

interface Rule {
  /** What a new queue has; without one the attribute is absent until it is set. */
  readonly default?: string
  /** Answers the value in its stored form, or undefined where it is not one. */
  readonly read: (value: string) => string | undefined
  /** An empty value takes the attribute away. */
  readonly removable?: true
  /** FIFO queues alone have it. */
  readonly fifo?: true
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
    Policy: { read: (value) => (isPolicy(value) ? value : undefined), removable: true },
    RedriveAllowPolicy: { read: checkedBy(parseRedriveAllowPolicy), removable: true },
    RedrivePolicy: { read: checkedBy(parseRedrivePolicy), removable: true },
    FifoQueue: { default: 'true', read: oneOf('true', 'false'), fifo: true },
    ContentBasedDeduplication: { default: 'false', read: oneOf('true', 'false'), fifo: true },
    DeduplicationScope: { default: 'queue', read: oneOf('queue', 'messageGroup'), fifo: true },
    FifoThroughputLimit: { default: 'perQueue', read: oneOf('perQueue', 'perMessageGroupId'), fifo: true },
  }),
)

const defaults = { fifo: defaultsOf(true), standard: defaultsOf(false) }

export function defaultAttributes(isFifo: boolean): QueueAttributes {
  return isFifo ? defaults.fifo : defaults.standard
}

function defaultsOf(isFifo: boolean): QueueAttributes {
  const own = [...rules].filter(([, rule]) => isFifo || !rule.fifo)
  return Object.fromEntries(own.flatMap(([name, rule]) => (rule.default === undefined ? [] : [[name, rule.default]])))
}

export function isSettable(name: string): boolean {
  return rules.has(name)
}

/**
 * The attributes of a request in their stored form, an empty string where one is to be taken away. `current` are those
 * of the queue they are for; none for one that is to be made.
 * Throws InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue.
 */
export function readQueueAttributes(
  given: Readonly<Record<string, string>>,
  isFifo: boolean,
  current?: QueueAttributes,
): QueueAttributes {
  const read: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) read[name] = readAttribute(name, value, isFifo)
  if (read['FifoQueue'] === 'false') {
    throw new SqsError(
      'InvalidAttributeValue',
      'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    )
  }
  checkThroughput({ ...defaultAttributes(isFifo), ...current, ...read })
  return { ...read, ...encryption(read, current) }
}

function readAttribute(name: string, value: string, isFifo: boolean): string {
  const rule = rules.get(name)
  if (rule === undefined) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
  if (rule.fifo && !isFifo) {
    const isLate = name === 'DeduplicationScope' || name === 'FifoThroughputLimit'
    const message = isLate
      ? `You can specify the ${name} only when FifoQueue is set to true.`
      : `Unknown Attribute ${name}.`
    throw new SqsError('InvalidAttributeName', message)
  }
  if (value === '' && rule.removable) return ''
  const read = rule.read(value)
  if (read === undefined) throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
  return read
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html */
function checkThroughput({ FifoThroughputLimit: limit, DeduplicationScope: scope }: QueueAttributes): void {
  if (limit === 'perMessageGroupId' && scope !== 'messageGroup') {
    throw new SqsError(
      'InvalidParameterValue',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup',
    )
  }
}

/** A queue is encrypted in one way at a time: a key of KMS ends SQS's own, and the other way round. */
function encryption(given: QueueAttributes, current: QueueAttributes = {}): QueueAttributes {
  const { KmsMasterKeyId: key, SqsManagedSseEnabled: managed } = given
  if (key && managed === 'true') {
    throw new SqsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    )
  }
  const reuse = given['KmsDataKeyReusePeriodSeconds'] ?? current['KmsDataKeyReusePeriodSeconds'] ?? '300'
  if (key) return { SqsManagedSseEnabled: 'false', KmsDataKeyReusePeriodSeconds: reuse }
  return managed === 'true' ? { KmsMasterKeyId: '' } : {}
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

/** What its own parser does not throw at is stored as it was written. */
function checkedBy(parse: (json: string) => unknown): Rule['read'] {
  return (value) => {
    parse(value)
    return value
  }
}
