import type { Iterate } from '../../engine/iteration.ts'
import { StepFailure } from './outcome.ts'
import { openRaw } from './open-raw.ts'
import type { RelayShard } from './relay-shard.ts'

/** Everybody connects and stays until all of this shard have connected or given up; then all leave. */
export function connectionStorm(shard: RelayShard): Iterate {
  const { promise: allSettled, resolve } = Promise.withResolvers<void>()
  let left = shard.sessions

  return async (iteration) => {
    const over = shard.over(iteration)
    const { connection, outcome } = await openRaw(shard, iteration)
    left -= 1
    if (left === 0) resolve()
    if (outcome === 'ok') await untilOver(allSettled, over)
    connection.leave()
    if (outcome !== 'ok') throw new StepFailure('connect', outcome)
  }
}

async function untilOver(promise: Promise<void>, over: AbortSignal): Promise<void> {
  if (over.aborted) return
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  const end = (): void => resolve()
  over.addEventListener('abort', end, { once: true })
  await Promise.race([promise, aborted])
  over.removeEventListener('abort', end)
}
