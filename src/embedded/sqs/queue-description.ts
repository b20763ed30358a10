import { SqsError } from './errors.ts'
import { isSettable } from './queue-attributes.ts'
import type { Queue } from './queues.ts'
import type { Counts } from './tallies.ts'

type Computed = (queue: Queue, counts: () => Counts) => number | string

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** The attributes that cannot be set. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
const computed = new Map<string, Computed>(
  Object.entries({
    ApproximateNumberOfMessages: (_, counts) => counts().visible,
    ApproximateNumberOfMessagesNotVisible: (_, counts) => counts().inFlight,
    ApproximateNumberOfMessagesDelayed: (_, counts) => counts().delayed,
    CreatedTimestamp: (queue) => seconds(queue.createdMs),
    LastModifiedTimestamp: (queue) => seconds(queue.modifiedMs),
    QueueArn: (queue) => queue.arn,
  } satisfies Record<string, Computed>),
)

/** The attributes asked for, `All` for all. Counts once, and only if needed. */
export function describeAttributes(
  queue: Queue,
  names: readonly string[],
  count: () => Counts,
): Readonly<Record<string, string>> {
  let counted: Counts | undefined
  const counts = (): Counts => (counted ??= count())
  const wanted = names.includes('All') ? [...computed.keys(), ...Object.keys(queue.attributes)] : names
  const result: Record<string, string> = {}
  for (const name of wanted) {
    const compute = computed.get(name)
    if (compute === undefined && !isSettable(name)) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
    }
    const value = compute === undefined ? queue.attributes[name] : compute(queue, counts)
    if (value !== undefined) result[name] = String(value)
  }
  return result
}
