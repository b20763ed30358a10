import { type AwsLike, createAwsLike } from '../aws-like.ts'
import type { Queue } from './queues.ts'

/** The tag that switches AWS-like mode for one queue: a whole number is its seed, `off` is kind again. */
const awsLikeTag = 'turnaround:aws-like'

/**
 * How unkind a queue is. What a standard queue of AWS may do, one in AWS-like mode does now and then, always the same
 * way for the same seed and the same calls:
 * - a tenth of the messages is delivered twice, the second time even when it was deleted in between;
 * - a receive takes from the oldest 30 in any order, and returns 1 to as many as were asked for;
 * - a fifth of the short polls finds nothing though there is something;
 * - the counters of GetQueueAttributes are up to 5 s old.
 * A FIFO queue keeps order and delivers once; its receives may be short and its counters old.
 *
 * Nothing is lost: what one receive left out, the next ones bring, and a long poll that finds something brings some.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
 */
export interface Unkindness {
  /** Where this short poll is to find nothing. */
  missesAll(): boolean
  /** 1 to `wanted`. */
  fewer(wanted: number): number
  shuffled<T>(items: readonly T[]): T[]
  deliversTwice(): boolean
  /** How old the counters may be before they are counted again. */
  lagMs(): number
}

/** From how many of the oldest messages a receive takes. */
export const windowSize = 30
const longestLagMs = 5000

/** Answers undefined for a queue that is kind. `everywhere` is the server's own mode, if it has one. */
export function createUnkindness(everywhere: AwsLike | undefined): (queue: Queue) => Unkindness | undefined {
  const general = everywhere && unkind(everywhere)
  const own = new Map<string, Unkindness>()

  return ({ id, tags }) => {
    const seed = tags[awsLikeTag]
    if (seed === undefined) return general
    if (seed === 'off') return undefined
    const key = `${id} ${seed}`
    const known = own.get(key) ?? unkind(createAwsLike(Number.isSafeInteger(Number(seed)) ? Number(seed) : 0))
    own.set(key, known)
    return known
  }
}

function unkind({ chance, pick }: AwsLike): Unkindness {
  return {
    missesAll: () => chance('sqs/miss-all', 0.2),
    fewer: (wanted) => 1 + pick('sqs/fewer', wanted),
    shuffled(items) {
      const left = [...items]
      return items.map(() => left.splice(pick('sqs/order', left.length), 1)[0])
    },
    deliversTwice: () => chance('sqs/deliver-twice', 0.1),
    lagMs: () => 1000 + pick('sqs/counter-lag', longestLagMs - 1000 + 1),
  }
}
