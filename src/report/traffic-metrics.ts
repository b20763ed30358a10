import { protocolOf, timingMetric } from './traffic-names.ts'
import type { LatencyDocument, StepDocument, TrafficDocument } from '../results/traffic-document.ts'

/** A metric as k6 knows it. Times are milliseconds, data is bytes. */
export type TrafficMetric = { readonly name: string; readonly section: Section } & MetricValues

/** Under which heading it stands. */
export type Section = 'custom' | 'http' | 'websocket' | 'steps' | 'execution' | 'network'

export type MetricValues =
  | { readonly type: 'trend'; readonly contains: 'time'; readonly latency: LatencyDocument }
  | {
      readonly type: 'counter'
      readonly contains: 'default' | 'data'
      readonly count: number
      readonly ratePerSecond: number
    }
  /** `passes`: how often it was true, which for `http_req_failed` means failed. */
  | { readonly type: 'rate'; readonly contains: 'default'; readonly passes: number; readonly fails: number }
  | {
      readonly type: 'gauge'
      readonly contains: 'default'
      readonly value: number
      readonly min: number
      readonly max: number
    }

/** The step that opens a WebSocket. */
const CONNECT_STEP = 'connect'

/**
 * A run's figures under the names that thresholds know, k6's with k6's meaning: `http_req_duration` is from the send, as
 * `service_time` is; `response_time` is from the intended start.
 */
export function metricsOf(document: TrafficDocument): TrafficMetric[] {
  const { levels, starts, iterations, counters } = document
  const make = makers(document)
  const { passed, failed } = checkTotals(document)
  const others = Object.entries(levels).filter(([name]) => name !== 'vus')
  return [
    ...(passed + failed > 0 ? [make.rate('custom', 'checks', passed, failed)] : []),
    ...Object.entries(counters).map(([name, count]) => make.counter('custom', name, count)),
    ...others.map(([name, level]) => make.gauge('custom', name, [level])),
    ...stepMetrics(document, document.all_steps),
    make.trend('steps', 'schedule_slip', document.slip_ms),
    ...(protocolOf(document.workload) === 'ws' ? sessionMetrics(document) : []),
    make.counter('execution', 'dropped_iterations', starts.dropped),
    make.trend('execution', 'iteration_duration', iterations.service_time_ms),
    // k6's: one that was interrupted is none.
    make.counter('execution', 'iterations', iterations.count - (iterations.outcomes.interrupted ?? 0)),
    ...(levels.vus === undefined
      ? []
      : [make.gauge('execution', 'vus', usersOf(document)), make.gauge('execution', 'vus_max', [levels.vus])]),
    make.counter('network', 'data_received', document.bytes_received, 'data'),
    make.counter('network', 'data_sent', document.bytes_sent, 'data'),
  ]
}

/** What one step measured, or all of them together. */
export function stepMetrics(document: TrafficDocument, figures: StepDocument): TrafficMetric[] {
  const make = makers(document)
  const { count, ok } = figures
  const protocol = protocolOf(document.workload)
  const timings = Object.entries(figures.timings_ms).map(([timing, latency]) => {
    const name = timingMetric(timing, document.workload)
    return make.trend(name === timing ? 'custom' : 'http', name, latency)
  })
  return [
    ...timings.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(protocol === 'http'
      ? [
          make.trend('http', 'http_req_duration', figures.service_time_ms),
          make.rate('http', 'http_req_failed', count - ok, ok),
          make.counter('http', 'http_reqs', count),
        ]
      : []),
    make.trend('steps', 'response_time', figures.response_time_ms),
    make.trend('steps', 'service_time', figures.service_time_ms),
    make.counter('steps', 'steps', count),
    make.rate('steps', 'steps_failed', count - ok, ok),
  ]
}

/** Of all checks together. */
export function checkTotals({ checks }: Pick<TrafficDocument, 'checks'>): { passed: number; failed: number } {
  const totals = { passed: 0, failed: 0 }
  for (const check of checks) {
    totals.passed += check.passed
    totals.failed += check.failed
  }
  return totals
}

function sessionMetrics(document: TrafficDocument): TrafficMetric[] {
  const { steps, iterations, counters } = document
  const make = makers(document)
  const connected = Object.hasOwn(steps, CONNECT_STEP) ? (steps[CONNECT_STEP].outcomes.ok ?? 0) : 0
  return [
    make.trend('websocket', 'ws_session_duration', iterations.service_time_ms),
    make.counter('websocket', 'ws_sessions', connected),
    make.counter('websocket', 'ws_msgs_sent', counters.messages_sent ?? 0),
    make.counter('websocket', 'ws_msgs_received', counters.messages_received ?? 0),
  ]
}

function usersOf({ timeline, levels }: TrafficDocument): readonly number[] {
  return timeline.vus.length > 0 ? timeline.vus : [levels.vus]
}

function makers({ duration_ms }: Pick<TrafficDocument, 'duration_ms'>) {
  const seconds = duration_ms / 1000
  return {
    trend: (section: Section, name: string, latency: LatencyDocument): TrafficMetric => {
      return { name, section, type: 'trend', contains: 'time', latency }
    },
    counter(section: Section, name: string, count: number, contains: 'default' | 'data' = 'default'): TrafficMetric {
      return { name, section, type: 'counter', contains, count, ratePerSecond: seconds > 0 ? count / seconds : 0 }
    },
    rate: (section: Section, name: string, passes: number, fails: number): TrafficMetric => {
      return { name, section, type: 'rate', contains: 'default', passes, fails }
    },
    /** Over time; the last is its value. */
    gauge(section: Section, name: string, values: readonly number[]): TrafficMetric {
      const min = values.reduce((a, b) => Math.min(a, b))
      const max = values.reduce((a, b) => Math.max(a, b))
      return { name, section, type: 'gauge', contains: 'default', value: values[values.length - 1], min, max }
    },
  }
}
