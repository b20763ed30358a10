import type { Iteration } from '../../engine/iteration.ts'
import { RawConnection } from './raw-connection.ts'
import { recordConnect } from './record-connect.ts'
import type { RelayShard } from './relay-shard.ts'
import { within } from './within.ts'

/** Connects within the budget and records how that went. The connection is open, or has left. */
export async function openRaw(
  shard: RelayShard,
  iteration: Iteration,
): Promise<{ readonly connection: RawConnection; readonly outcome: string }> {
  const { clock, settings } = shard
  let random: ReturnType<Iteration['random']> | undefined
  const connection = new RawConnection(shard, () => (random ??= iteration.random('reconnect')))
  const sentAtMs = clock.monotonic()
  const budgetMs = settings.timings.connectBudgetMs
  const settled = await within(connection.connect(), budgetMs, { clock, over: shard.over(iteration) })
  const outcome = settled === 'timeout' ? connection.lastOutcome : settled
  const { failures: retries } = connection
  const { intendedAtMs } = iteration
  const runStartMs = shard.startMs(iteration)
  recordConnect(shard, { intendedAtMs, sentAtMs, outcome, retries, runStartMs, isFirst: true })
  if (outcome !== 'ok') connection.leave()
  return { connection, outcome }
}
