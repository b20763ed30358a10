import type { Figures } from '../engine/figures.ts'
import { SECOND_MS, type WindowSource } from './judge-windows.ts'
import type { TrafficNames } from './traffic-definitions.ts'
import { trafficMetrics } from './traffic-metrics.ts'

/** The merged windows of a run, ascending, as `evaluateThresholds` takes them: the last one is left out where it is no whole second. */
export function* trafficWindows(
  windows: Iterable<{ readonly number: number; readonly figures: Figures }>,
  { durationMs, traffic }: { readonly durationMs: number; readonly traffic: TrafficNames },
): Generator<WindowSource> {
  for (const { number, figures } of windows) {
    if ((number + 1) * SECOND_MS > durationMs) continue
    yield { number, source: trafficMetrics(figures, { durationMs: SECOND_MS, traffic }) }
  }
}
