import type { Clock } from '../../clock.ts'
import { compileSchedule, type RunnableSettings } from '../../engine/schedule/compile.ts'
import type { ShardThreads, ShardThreadsResult } from '../../engine/worker/shard-threads.ts'
import type { GangMember, GangStart } from '../workload.ts'
import type { TrafficMeans } from './means.ts'

/** The agreed start. */
export type Go = Extract<GangStart, { state: 'go' }>

/** The agreed start, or why there is none; a gang that is asked to stop does not wait for it. */
export async function startOf(gang: GangMember): Promise<GangStart> {
  const { stop } = gang
  const over = new AbortController()
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true, signal: over.signal })
  })
  const isStopped = stopped.then(() => ({ state: 'stopped' as const, reason: reasonOf(stop) }))
  try {
    return await (stop.aborted ? isStopped : Promise.race([gang.ready(), isStopped]))
  } finally {
    over.abort()
  }
}

/** Of a timer of Node, 24.8 days: it fires at once for more. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1

export interface Ran {
  /** Undefined where the thread did not come to its end and was ended. */
  readonly result: ShardThreadsResult | undefined
  readonly durationMs: number
}

/** From the agreed instant to the end of the thread; a thread that hangs does not hold up the run. */
export async function runLoad(options: {
  readonly threads: ShardThreads
  readonly start: Go
  readonly gang: GangMember
  readonly executor: RunnableSettings
  readonly seed: number
  readonly means: TrafficMeans
}): Promise<Ran> {
  const { threads, start, gang, executor, seed, means } = options
  const { clock, overtimeMs } = means
  const { durationUs, gracefulStopMs } = compileSchedule(executor, seed)
  const startMs = clock.monotonic() + (start.startAtMs - clock.now())
  const over = new AbortController()
  const late = Promise.withResolvers<undefined>()
  const giveUpAfter = (ms: number) =>
    clock.sleep(Math.min(Math.max(ms, 0), LONGEST_SLEEP_MS), over.signal).then(
      () => late.resolve(undefined),
      () => undefined,
    )
  const stop = () => {
    threads.stop()
    void giveUpAfter(gracefulStopMs + overtimeMs)
  }
  if (gang.stop.aborted) stop()
  else gang.stop.addEventListener('abort', stop, { once: true, signal: over.signal })
  threads.go(start.startAtMs)
  void giveUpAfter(startMs - clock.monotonic() + durationUs / 1000 + gracefulStopMs + overtimeMs)
  try {
    const result = await Promise.race([threads.done, late.promise])
    return { result, durationMs: Math.max(clock.monotonic() - startMs, 0) }
  } finally {
    over.abort()
  }
}

/** Rejects where the promise has not resolved after that time. */
export async function within(ms: number, promise: Promise<void>, what: string, clock: Clock): Promise<void> {
  const over = new AbortController()
  const late = clock.sleep(ms, over.signal).then(() => Promise.reject(new Error(`${what} within ${ms} ms`)))
  try {
    await Promise.race([promise, late])
  } finally {
    over.abort()
    late.catch(() => undefined) // its sleep was called off
  }
}

/** Why a gang was asked to stop. */
export function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason)
}
