import type { Figures } from '../engine/figures.ts'
import type { ThresholdResult } from '../results/documents.ts'
import type { Baselines } from './judge.ts'
import { SECOND_MS } from './judge-windows.ts'
import { createLiveThreshold } from './live-threshold.ts'
import { createLimitWatch, type SoFar } from './limit-watch.ts'
import type { Limits, Thresholds } from './schema.ts'
import type { StopReason } from './stop-reason.ts'
import { thresholdsOf } from './threshold.ts'
import type { TrafficNames } from './traffic-definitions.ts'
import { trafficMetrics } from './traffic-metrics.ts'

export interface WatchOptions {
  readonly thresholds?: Thresholds | undefined
  readonly limits?: Limits | undefined
  /** Of the workload; without it there are no windows, and only `elapsed` is of use. */
  readonly traffic?: TrafficNames | undefined
  /** US dollars. Without it `maxCostUsd` watches nothing. */
  readonly costSoFar?: (soFar: SoFar) => number
  readonly baselines?: Baselines
  /** How long load may go on after a reason to stop. Default: that of a few shards. */
  readonly lagSeconds?: number
}

export interface ThresholdWatch {
  /** The next second of the run, all shards together; ascending, and one may be missing. Answers why the run is to stop. */
  add(number: number, figures: Figures): StopReason | undefined
  /** So much time went by since the start, whether windows come or not: for runs without, and for `maxDuration` to the point. */
  elapsed(ms: number): StopReason | undefined
  /** Once there is one, it stays. */
  readonly reason: StopReason | undefined
  /** How each threshold stands by now, for a live view; those of which there is no data yet are left out. */
  standing(): ThresholdResult[]
}

/**
 * Watches a run while it goes on: its thresholds, of which those with `abortOnFail` end it, and its limits. Once a second
 * each threshold is evaluated over the run so far, or over its window; no data is no reason yet. Where both come in one
 * second, the limit is the reason. Memory is that of the windows' lengths, not of the run.
 */
export function watchThresholds(options: WatchOptions): ThresholdWatch {
  const { thresholds = {}, limits = {}, traffic, costSoFar, baselines, lagSeconds } = options
  const live = thresholdsOf(thresholds).map((threshold, index) => createLiveThreshold(threshold, index, baselines))
  const limit = createLimitWatch(limits, costSoFar, lagSeconds)
  let reason: StopReason | undefined

  function add(number: number, figures: Figures): StopReason | undefined {
    if (reason) return reason
    const elapsedMs = (number + 1) * SECOND_MS
    limit.add(figures)
    reason = limit.reached(elapsedMs)
    if (!traffic) return reason
    const source = trafficMetrics(figures, { durationMs: SECOND_MS, traffic })
    for (const one of live) {
      const failed = one.add(number, source)
      reason ??= failed
    }
    return reason
  }

  return {
    add,
    elapsed: (ms) => (reason ??= limit.reached(ms)),
    get reason() {
      return reason
    },
    standing: () => live.flatMap((one) => one.standing()),
  }
}
