import { Figures } from '../../engine/figures.ts'
import { addEncodedFigures } from '../../engine/figures-encoding.ts'
import { Histogram } from '../../engine/histogram.ts'
import { WINDOW_MS } from '../../engine/recorder.ts'
import type { MergedWindow } from '../../engine/window-merger.ts'
import { latencyStats, okLatency } from './latency-stats.ts'

export type LatencySlice = {
  /** Its end, from the start of the run. */
  readonly timestampMs: number
  /** Of the exchanges that ended well in it; null where none did. */
  readonly p50: number | null
  readonly p99: number | null
  readonly exchanges: number
}

/** What windows say beyond their sum. */
export interface OverTime {
  readonly latency: readonly LatencySlice[]
  /** The most connections that were lost and not back. */
  readonly peakDisconnects: number
}

/** Reads the windows once; they must come in the order of their numbers. A slice takes some of them. */
export function overTime(windows: Iterable<MergedWindow>, windowsInSlice: number): OverTime {
  const slices: Histogram[] = []
  const window = new Figures()
  let peakDisconnects = 0
  for (const { number, figures } of windows) {
    window.clear()
    addEncodedFigures(figures, window)
    peakDisconnects = Math.max(peakDisconnects, window.levels.get('disconnected') ?? 0)
    const at = Math.floor(number / windowsInSlice)
    while (slices.length <= at) slices.push(new Histogram())
    slices[at].merge(okLatency(window.steps.get('message'), 'responseTime'))
  }
  const sliceMs = windowsInSlice * WINDOW_MS
  return { latency: slices.map((slice, at) => sliceOf(slice, (at + 1) * sliceMs)), peakDisconnects }
}

function sliceOf(slice: Histogram, timestampMs: number): LatencySlice {
  const stats = latencyStats(slice)
  return { timestampMs, p50: stats?.p50 ?? null, p99: stats?.p99 ?? null, exchanges: slice.count }
}
