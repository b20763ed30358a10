import { checksOf, isCheckCounter } from '../engine/check-counts.ts'
import type { Figures, OutcomeFigures, StepFigures } from '../engine/figures.ts'
import type { Histogram } from '../engine/histogram.ts'
import { protocolOf, timingMetric } from '../report/traffic-names.ts'

/** One measurement of a window or a whole run, under the name that thresholds and k6 know it by. */
export type Series = {
  readonly name: string
  readonly tags: Tags
  /** Named by the scenario's own code: any text. */
  readonly isCustom?: true
} & SeriesValue

export type SeriesValue =
  | { readonly type: 'counter'; readonly contains: 'default' | 'data'; readonly count: number }
  | { readonly type: 'gauge'; readonly contains: 'default'; readonly value: number }
  /** `trues` of `total`. */
  | { readonly type: 'rate'; readonly contains: 'default'; readonly trues: number; readonly total: number }
  | { readonly type: 'trend'; readonly contains: 'time'; readonly histogram: Histogram }

export type Tags = { readonly [tag in 'step' | 'outcome' | 'status' | 'check' | 'state']?: string }

const CONNECT_STEP = 'connect'

/** Everything that figures hold, as series. Histograms are the figures' own: read them before the figures are used again. */
export function seriesOf(figures: Figures, workload: string): Series[] {
  return [...stepSeries(figures, workload), ...iterationSeries(figures, workload), ...otherSeries(figures)]
}

function* stepSeries({ steps }: Figures, workload: string): Generator<Series> {
  const isHttp = protocolOf(workload) === 'http'
  for (const [step, figures] of steps) {
    for (const [outcome, found] of figures.outcomes) {
      if (found.responseTime.count === 0) continue
      const tags = { step, outcome }
      yield* statusCounts(found).map(([status, count]): Series =>
        counter(isHttp ? 'http_reqs' : 'steps', count, { ...tags, status: String(status) }),
      )
      yield trend(isHttp ? 'http_req_duration' : 'service_time', found.serviceTime, tags)
      yield trend('response_time', found.responseTime, tags)
      yield data('data_sent', found.bytesSent, tags)
      yield data('data_received', found.bytesReceived, tags)
    }
    if (figures.count > 0) yield failures(isHttp ? 'http_req_failed' : 'steps_failed', figures, { step })
    for (const [timing, histogram] of figures.timings) {
      const name = timingMetric(timing, workload)
      if (histogram.count > 0) yield { ...trend(name, histogram, { step }), ...(name === timing && { isCustom: true }) }
    }
  }
}

/** What has no status, because there was no answer, counts as status 0, as in k6. */
function statusCounts({ statuses, responseTime }: OutcomeFigures): [number, number][] {
  const known = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  const counts = new Map(statuses)
  counts.set(0, (counts.get(0) ?? 0) + responseTime.count - known)
  return [...counts].filter(([, count]) => count > 0)
}

function failures(name: string, figures: StepFigures, tags: Tags): Series {
  const total = figures.count
  const ok = figures.outcomes.get('ok')?.responseTime.count ?? 0
  return { name, tags, type: 'rate', contains: 'default', trues: total - ok, total }
}

function* iterationSeries({ iterations, starts, slip, steps, counters }: Figures, workload: string): Generator<Series> {
  const isRelay = protocolOf(workload) === 'ws'
  for (const [outcome, { serviceTime }] of iterations.outcomes) {
    if (serviceTime.count === 0) continue
    yield counter('iterations', serviceTime.count, { outcome })
    yield trend(isRelay ? 'ws_session_duration' : 'iteration_duration', serviceTime, { outcome })
  }
  for (const state of ['due', 'started', 'late'] as const) yield counter('starts', starts[state], { state })
  yield counter('dropped_iterations', starts.dropped)
  if (slip.count > 0) yield trend('schedule_slip', slip)
  if (!isRelay) return
  yield counter('ws_sessions', steps.get(CONNECT_STEP)?.outcomes.get('ok')?.responseTime.count ?? 0)
  yield counter('ws_msgs_sent', counters.get('messages_sent') ?? 0)
  yield counter('ws_msgs_received', counters.get('messages_received') ?? 0)
}

function* otherSeries(figures: Figures): Generator<Series> {
  for (const { name: check, passed, failed } of checksOf(figures)) {
    if (passed + failed === 0) continue
    yield { name: 'checks', tags: { check }, type: 'rate', contains: 'default', trues: passed, total: passed + failed }
  }
  for (const [name, count] of figures.counters) {
    if (!isCheckCounter(name)) yield { ...counter(name, count), isCustom: true }
  }
  for (const [name, value] of figures.levels) {
    const gauge: Series = { name, tags: {}, type: 'gauge', contains: 'default', value }
    yield name === 'vus' ? gauge : { ...gauge, isCustom: true }
  }
}

function counter(name: string, count: number, tags: Tags = {}): Series {
  return { name, tags, type: 'counter', contains: 'default', count }
}

function data(name: string, count: number, tags: Tags): Series {
  return { name, tags, type: 'counter', contains: 'data', count }
}

function trend(name: string, histogram: Histogram, tags: Tags = {}): Series {
  return { name, tags, type: 'trend', contains: 'time', histogram }
}
