import { decodeFigures } from '../../engine/figures-encoding.ts'
import { WINDOW_MS } from '../../engine/recorder.ts'
import { NotFoundError } from '../../errors.ts'
import { readBundle } from '../../results/read-bundle.ts'
import { resultStores } from '../../results/result-stores.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { FIGURES_KEY, TRAFFIC_KEY, WINDOWS_KEY } from '../../results/traffic-layout.ts'
import { readWindows } from '../../results/traffic-windows.ts'
import { delayMetrics } from '../../thresholds/delay-metrics.ts'
import { jobMetrics, type FinishedJobs } from '../../thresholds/job-metrics.ts'
import type { WindowSource } from '../../thresholds/judge-windows.ts'
import { combineSources, type MetricSource } from '../../thresholds/metric-source.ts'
import { trafficMetrics } from '../../thresholds/traffic-metrics.ts'
import { trafficWindows } from '../../thresholds/traffic-windows.ts'
import type { WorkloadMetrics } from '../../thresholds/workload-metrics.ts'
import { loadWorkload } from '../../workloads/registry.ts'

/** What thresholds can be about, of one run. */
export interface RunMetrics {
  readonly source: MetricSource
  readonly windows: Iterable<WindowSource>
}

/** Of a run whose objects are in `local`; what it did not get to measure is not there. */
export async function runMetrics(
  local: ObjectStore,
  { traffic, delays }: WorkloadMetrics,
  jobs: FinishedJobs,
  document: TrafficDocument | undefined,
): Promise<RunMetrics> {
  const sources = [jobMetrics(jobs)]
  if (delays && jobs.ledger.every(({ state }) => state === 'done')) {
    sources.push(delayMetrics(await resultStores(local).merged.get()))
  }
  if (!traffic || !document) return { source: combineSources(...sources), windows: [] }
  const { duration_ms: durationMs, levels } = document
  const figures = decodeFigures(await local.get(FIGURES_KEY))
  const whole = trafficMetrics(figures, { durationMs, traffic, levels: new Map(Object.entries(levels)) })
  const seconds = wholeSeconds(decodedWindows(await local.get(WINDOWS_KEY)), document)
  const windows = trafficWindows(seconds, { durationMs: Infinity, traffic })
  return { source: combineSources(whole, ...sources), windows }
}

/** Of a bundle on this disk: what a threshold's `baseline` is compared with. Throws where it cannot be read. */
export async function bundleMetrics(folder: string): Promise<MetricSource> {
  const { local, manifest, results, ledger, traffic } = await readBundle(folder)
  const { metrics = {} } = await loadWorkload(manifest.workload)
  if (metrics.traffic && !traffic) throw new NotFoundError(TRAFFIC_KEY, folder)
  return (await runMetrics(local, metrics, { ledger, results }, traffic)).source
}

export function decodeWindow({ number, figures }: { readonly number: number; readonly figures: Uint8Array }) {
  return { number, figures: decodeFigures(figures) }
}

type DecodedWindow = ReturnType<typeof decodeWindow>

/** Without those that are shorter than a second: the last of the run, and of each run where several follow each other. */
export function* wholeSeconds(
  windows: Iterable<DecodedWindow>,
  { duration_ms, segments = [] }: Pick<TrafficDocument, 'duration_ms' | 'segments'>,
): Generator<DecodedWindow> {
  const stretches = segments.length > 0 ? segments : [{ first_window: 0, windows: Infinity, duration_ms }]
  let at = 0
  for (const window of windows) {
    const { number } = window
    while (at < stretches.length - 1 && number >= stretches[at].first_window + stretches[at].windows) at++
    const stretch = stretches[at]
    if ((number - stretch.first_window + 1) * WINDOW_MS <= stretch.duration_ms) yield window
  }
}

function* decodedWindows(bytes: Uint8Array): Generator<DecodedWindow> {
  for (const window of readWindows(bytes)) yield decodeWindow(window)
}
