import type { Clock } from '../clock.ts'
import { stream } from '../scenario/stream.ts'
import { createFailureLog, type Failure } from './failure-log.ts'
import type { Iterate, Iteration } from './iteration.ts'
import type { Recorder } from './recorder.ts'

/** The level of k6's metric `vus`: users that are active, or iterations in flight. */
export const VUS_LEVEL = 'vus'

export interface IterationRunner {
  readonly inFlight: number
  /** Starts one and resolves when it has ended, however; never rejects. Its end is recorded, and its start. */
  run(index: number, user: number, intendedAtMs: number, signal: AbortSignal): Promise<void>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
  readonly failures: readonly Failure[]
}

/** Runs iterations and records how each started and ended: `ok`, `failed`, or `interrupted` by its signal. */
export function createIterationRunner(options: {
  readonly shard: number
  readonly seed: number
  readonly iterate: Iterate
  readonly recorder: Recorder
  readonly clock: Clock
  /** A start that is later than this counts as late. */
  readonly lateAfterMs: number
}): IterationRunner {
  const { shard, seed, iterate, recorder, clock, lateAfterMs } = options
  const log = createFailureLog()
  let inFlight = 0
  const waiting: (() => void)[] = []

  async function run(index: number, user: number, intendedAtMs: number, signal: AbortSignal): Promise<void> {
    const startedAtMs = clock.monotonic()
    const slipMs = startedAtMs - intendedAtMs
    const random: Iteration['random'] = (...purpose) => stream(seed, 'iteration', index, ...purpose)
    let outcome = 'ok'
    inFlight += 1
    recorder.started(startedAtMs, slipMs, slipMs > lateAfterMs)
    try {
      await iterate({ index, user, shard, intendedAtMs, startedAtMs, signal, random })
    } catch (error) {
      outcome = signal.aborted ? 'interrupted' : 'failed'
      if (!signal.aborted) log.add(error)
    }
    recorder.iteration({ outcome, intendedAtMs, sentAtMs: startedAtMs, endedAtMs: clock.monotonic() })
    inFlight -= 1
    if (inFlight === 0) for (const resolve of waiting.splice(0)) resolve()
  }

  return {
    get inFlight() {
      return inFlight
    },
    run,
    async idle() {
      if (inFlight > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    get failures() {
      return log.failures
    },
  }
}
