import type { Figures } from '../engine/figures.ts'
import { VUS_LEVEL } from '../engine/iteration-runner.ts'
import type { MetricEntry, MetricType } from './catalog.ts'
import {
  bytes,
  checkRate,
  counter,
  dropped,
  iterationCount,
  iterationTime,
  latency,
  level,
  OK,
  slip,
  stepCount,
  stepFailures,
  timingOf,
  type Read,
  type TrafficOptions,
} from './traffic-readings.ts'

/** What a workload records beyond what every traffic workload does. */
export interface TrafficNames {
  /** Whose names of k6 apply: `http_req_…` or `ws_…`. */
  readonly protocol: 'http' | 'ws'
  /** Counters it may count: one that it never did is 0, not missing. */
  readonly counters?: readonly string[]
  readonly timings?: readonly string[]
  readonly levels?: readonly string[]
  /** Scenarios' own code may record under names of its own. */
  readonly isOpen?: boolean
}

interface Definition extends MetricEntry {
  readonly read: Read
}

/** k6's names of the parts of a request, `http_req_` left out. */
const HTTP_TIMINGS = ['blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving'] as const
const CONNECT_STEP = 'connect'

const STEP_TAGS = ['step', 'outcome', 'expected_response']
const STATUS_TAGS = [...STEP_TAGS, 'status']

function define(type: MetricType, tags: readonly string[], read: Read): Definition {
  return { type, tags, isLive: true, read }
}

const COMMON: { readonly [name: string]: Definition } = {
  response_time: define('trend', STEP_TAGS, latency('responseTime')),
  service_time: define('trend', STEP_TAGS, latency('serviceTime')),
  schedule_slip: define('trend', [], slip),
  steps: define('counter', STATUS_TAGS, stepCount),
  steps_failed: define('rate', STATUS_TAGS, stepFailures),
  iterations: define('counter', ['outcome'], iterationCount),
  iteration_duration: define('trend', ['outcome'], iterationTime),
  dropped_iterations: define('counter', [], dropped),
  vus: define('gauge', [], level(VUS_LEVEL)),
  vus_max: define('gauge', [], level(VUS_LEVEL)),
  checks: define('rate', ['check'], checkRate),
  data_sent: define('counter', STEP_TAGS, bytes('bytesSent')),
  data_received: define('counter', STEP_TAGS, bytes('bytesReceived')),
}

const OF_PROTOCOL: { readonly [Protocol in TrafficNames['protocol']]: { readonly [name: string]: Definition } } = {
  http: {
    http_reqs: define('counter', STATUS_TAGS, stepCount),
    http_req_failed: define('rate', STATUS_TAGS, stepFailures),
    http_req_duration: define('trend', STEP_TAGS, latency('serviceTime')),
    ...Object.fromEntries(
      HTTP_TIMINGS.map((timing) => [`http_req_${timing}`, define('trend', ['step'], timingOf(timing))]),
    ),
  },
  ws: {
    ws_sessions: define('counter', [], (figures, _, options) =>
      stepCount(figures, { step: CONNECT_STEP, outcome: OK }, options),
    ),
    ws_connecting: define('trend', [], (figures) =>
      latency('serviceTime')(figures, { step: CONNECT_STEP, outcome: OK }),
    ),
    ws_session_duration: define('trend', [], (figures) => iterationTime(figures, {})),
    ws_msgs_sent: define('counter', [], counter('messages_sent')),
    ws_msgs_received: define('counter', [], counter('messages_received')),
  },
}

/** By name; what k6 and every workload have goes before what one declares. */
export function definitionsOf({ protocol, counters = [], timings = [], levels = [] }: TrafficNames) {
  const custom = {
    ...Object.fromEntries(levels.map((name) => [name, define('gauge', [], level(name))])),
    ...Object.fromEntries(counters.map((name) => [name, define('counter', [], counter(name))])),
    ...Object.fromEntries(timings.map((name) => [name, define('trend', ['step'], timingOf(name))])),
  }
  return { ...custom, ...COMMON, ...OF_PROTOCOL[protocol] }
}

/** What a scenario's own code recorded under a name that nobody declared. */
export function recordedAs(
  name: string,
  figures: Figures,
  { levels = figures.levels }: TrafficOptions,
): Definition | undefined {
  if ([...figures.steps.values()].some(({ timings }) => timings.has(name))) {
    return define('trend', ['step'], timingOf(name))
  }
  if (figures.counters.has(name)) return define('counter', [], counter(name))
  return levels.has(name) ? define('gauge', [], level(name)) : undefined
}
