import type { Iterate } from '../../engine/iteration.ts'
import { Conversation } from './conversation.ts'
import { StepFailure } from './outcome.ts'
import { openPair } from './open-pair.ts'
import type { RelayShard } from './relay-shard.ts'
import { sleepUntil } from './sleep-until.ts'

/**
 * A pair makes its session and exchanges messages until it leaves. When each is due is fixed before anything is sent: one
 * that is late, or waits for nobody's answer to the one before, is sent all the same, and its latency counts from when it was due.
 */
export function steadyMessaging(shard: RelayShard): Iterate {
  const { clock, timetable, recorder } = shard

  return async (iteration) => {
    const { index } = iteration
    const over = shard.over(iteration)
    const runStartMs = shard.startMs(iteration)
    const due = timetable.exchangesOf(index)
    const pair = await openPair(shard, iteration).catch((error: unknown) => {
      recorder.count('messages_unsent', due)
      throw error
    })
    const conversation = new Conversation(shard, pair, over)
    const inFlight = new Set<Promise<void>>()
    let firstFailure: string | undefined

    function send(number: number, intendedAtMs: number): void {
      const ended = conversation.exchange(number, intendedAtMs).then((outcome) => {
        inFlight.delete(ended)
        if (outcome !== 'ok') firstFailure ??= outcome
      })
      inFlight.add(ended)
    }

    try {
      for (let number = 0; number < due; number++) {
        const intendedAtMs = runStartMs + timetable.exchangeMs(index, number)
        await sleepUntil(clock, intendedAtMs, over)
        if (over.aborted) break
        send(number, intendedAtMs)
      }
      await sleepUntil(clock, runStartMs + timetable.leaveMs(index), over)
      await Promise.all(inFlight)
    } finally {
      pair.close()
    }
    if (firstFailure !== undefined) throw new StepFailure('message', firstFailure)
  }
}
