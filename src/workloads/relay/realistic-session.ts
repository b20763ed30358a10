import type { Iterate } from '../../engine/iteration.ts'
import { Conversation } from './conversation.ts'
import { StepFailure } from './outcome.ts'
import { openPair } from './open-pair.ts'
import type { RelayShard } from './relay-shard.ts'
import { sleepUntil } from './sleep-until.ts'

/** A pair makes its session, exchanges its messages one after the other, and disconnects. */
export function realisticSession(shard: RelayShard): Iterate {
  const { clock, settings } = shard
  const { messagesPerSession, timings } = settings
  const { syncBufferMs, betweenMessagesMs } = timings

  return async (iteration) => {
    const over = shard.over(iteration)
    const pair = await openPair(shard, iteration)
    try {
      const conversation = new Conversation(shard, pair, over)
      let firstFailure: string | undefined
      for (let number = 0; number < messagesPerSession && !over.aborted; number++) {
        // A user who asks again after an answer: the next one is intended when the pause is over.
        const intendedAtMs = clock.monotonic() + syncBufferMs + (number === 0 ? 0 : betweenMessagesMs)
        await sleepUntil(clock, intendedAtMs, over)
        if (over.aborted) break
        const outcome = await conversation.exchange(number, intendedAtMs)
        if (outcome !== 'ok') firstFailure ??= outcome
      }
      if (firstFailure !== undefined) throw new StepFailure('message', firstFailure)
    } finally {
      pair.close()
    }
  }
}
