import type { Histogram } from '../engine/histogram.ts'

/**
 * Records what waiting in a queue would have cost who came at any time while it lasted, not only who came at its
 * beginning: `lastedMs`, and `lastedMs` less one, two, … intervals. A meter that looks every `intervalMs` would otherwise
 * count a standstill of a second once.
 */
export function recordLag(lastedMs: number, intervalMs: number, record: (ms: number) => void): void {
  for (let left = lastedMs; left > 0; left -= intervalMs) record(left)
}

export interface LagMeter {
  stop(): void
}

/** How much later than asked this thread's event loop comes to a timer, looked at every `intervalMs`. */
export function startLagMeter(intervalMs: number, record: (ms: number) => void): LagMeter {
  let expectedMs = performance.now() + intervalMs
  function look(): void {
    const now = performance.now()
    // Timers of Node count whole milliseconds: up to one of them is no lag.
    recordLag(Math.max(now - expectedMs - TIMER_MS, TINY_MS), intervalMs, record)
    expectedMs = now + intervalMs
    timer = setTimeout(look, intervalMs)
  }
  let timer = setTimeout(look, intervalMs)
  return { stop: () => clearTimeout(timer) }
}

const TIMER_MS = 1
/** Nothing, but counted: quantiles are over all looks. */
const TINY_MS = 0.001

/** Quantile of recorded lags, milliseconds; 0 where there are none. */
export function lagMs(lags: Histogram | undefined, q: number): number {
  return lags === undefined ? 0 : lags.quantileUs(q) / 1000
}
