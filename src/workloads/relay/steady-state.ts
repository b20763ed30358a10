import type { Iterate } from '../../engine/iteration.ts'
import { openRaw } from './open-raw.ts'
import { StepFailure } from './outcome.ts'
import type { RelayShard } from './relay-shard.ts'
import { sleepUntil } from './sleep-until.ts'

/** Everybody connects, and stays until the end of the hold. Who is disconnected meanwhile comes back. */
export function steadyState(shard: RelayShard): Iterate {
  const { clock, timetable } = shard
  return async (iteration) => {
    const { connection, outcome } = await openRaw(shard, iteration)
    if (outcome !== 'ok') throw new StepFailure('connect', outcome)
    const leaveAtMs = shard.startMs(iteration) + timetable.leaveMs(iteration.index)
    await sleepUntil(clock, leaveAtMs, shard.over(iteration))
    connection.leave()
  }
}
