import type { ThresholdResult } from '../../src/results/documents.ts'
import type {
  LatencyDocument,
  SearchDocument,
  ShardDocument,
  StepDocument,
  TrafficDocument,
} from '../../src/results/traffic-document.ts'
import type { Measure } from '../../src/engine/verdict.ts'

/** Ten seconds at 100 starts a second on two shards, plausible in every field, so that a test names only what it is about. */
export function aTrafficDocument(changes: Partial<TrafficDocument> = {}): TrafficDocument {
  const browse = aStep({ count: 1000, ok: 998, outcomes: { ok: 998, timeout: 2 }, statuses: { '200': 998 } })
  const checkout = aStep({
    count: 400,
    ok: 394,
    outcomes: { ok: 394, http_5xx: 6 },
    statuses: { '201': 394, '503': 6 },
    response_time_ms: aLatency(400, 30, { min: 21.5, max: 2004.2 }),
    service_time_ms: aLatency(400, 28, { min: 21.1, max: 1203.4 }),
  })
  return {
    format_version: 1,
    verdict: { state: 'valid', measures: someMeasures() },
    workload: 'http',
    model: 'open',
    executor: 'constant-arrival-rate',
    schedule_digest: 'd'.repeat(64),
    target: 'http://127.0.0.1:8080',
    started_at: '2026-01-31T13:02:05.000Z',
    duration_ms: 10_450,
    shards: [aShard(), aShard({ job_id: 'shard-1', shard: 1, host: 'threads-2' })],
    ledger: [0, 1].map((shard) => ({ shard, due: 11, received: 11, duplicates: 0, missing: [], complete: true })),
    starts: { due: 1000, started: 1000, late: 2, dropped: 0 },
    slip_ms: aLatency(1000, 0.2, { min: 0, max: 1.4 }),
    iterations: aStep({ count: 1000, ok: 991, outcomes: { ok: 991, failed: 8, interrupted: 1 }, statuses: {} }),
    steps: { browse, checkout },
    all_steps: aStep({
      count: 1400,
      ok: 1392,
      outcomes: { ok: 1392, http_5xx: 6, timeout: 2 },
      statuses: { '200': 998, '201': 394, '503': 6 },
      timings_ms: { waiting: aLatency(1400, 11), connecting: aLatency(20, 0.4) },
      bytes_sent: 420_000,
      bytes_received: 12_600_000,
    }),
    checks: [
      { name: 'status is 200', passed: 1400, failed: 0 },
      { name: 'has an order number', passed: 394, failed: 6 },
    ],
    counters: { orders: 394 },
    levels: { vus: 24, connections: 20 },
    bytes_sent: 420_000,
    bytes_received: 12_600_000,
    timeline: aTimeline(),
    heat_bounds_ms: [10, 20, 50, 100, 5000],
    heat: Array.from({ length: 11 }, (_, i) => (i < 10 ? [40, 80, 18, 1, 1] : [0, 0, 0, 0, 0])),
    files: [],
    failures: [{ message: 'no order number', stack: 'Error: no order number\n    at checkout', count: 8 }],
    ...changes,
  }
}

/** Quantiles of `count` samples around `p50`. */
export function aLatency(count: number, p50: number, changes: Partial<LatencyDocument> = {}): LatencyDocument {
  return {
    count,
    min: p50 / 2,
    mean: p50 * 1.25,
    p50,
    p75: p50 * 1.5,
    p90: p50 * 2,
    p95: p50 * 3,
    p99: p50 * 6,
    p99_5: p50 * 8,
    p99_9: p50 * 12,
    max: p50 * 20,
    ...changes,
  }
}

export const noLatency: LatencyDocument = {
  count: 0,
  min: null,
  mean: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p99_5: null,
  p99_9: null,
  max: null,
}

export function aStep(changes: Partial<StepDocument> = {}): StepDocument {
  const count = changes.count ?? 100
  return {
    count,
    ok: count,
    outcomes: { ok: count },
    statuses: { '200': count },
    response_time_ms: aLatency(count, 12.5),
    service_time_ms: aLatency(count, 12),
    timings_ms: {},
    bytes_sent: count * 300,
    bytes_received: count * 9000,
    ...changes,
  }
}

export function aShard(changes: Partial<ShardDocument> = {}): ShardDocument {
  return {
    job_id: 'shard-0',
    shard: 0,
    host: 'threads-1',
    state: 'finished',
    reason: null,
    windows: 11,
    batches: 11,
    duration_ms: 10_450,
    spin_ms: 1250,
    abandoned: 0,
    failures: [],
    health: [
      {
        where: `thread of shard ${changes.shard ?? 0}`,
        watchedMs: 10_450,
        eventLoopDelayP99Ms: 0.8,
        cpuShare: 0.31,
        spinShare: 0.12,
        gcShare: 0.01,
        openFiles: 38,
        openFilesLimit: 1024,
      },
    ],
    clock: { offset_ms: 0.1, uncertainty_ms: 0.4 },
    ...changes,
  }
}

export function someMeasures(): Measure[] {
  return [
    { name: 'schedule_slip_p99_ms', where: '', value: 0.9, limit: 1 },
    { name: 'dropped_starts', where: '', value: 0, limit: 0 },
    { name: 'event_loop_delay_p99_ms', where: 'thread of shard 0', value: 0.8, limit: 10 },
    { name: 'cpu_share', where: 'thread of shard 0', value: 0.31, limit: 0.9 },
    { name: 'gc_share', where: 'thread of shard 1', value: 0.01, limit: 0.1 },
    { name: 'open_files', where: 'thread of shard 0', value: 38, limit: 972 },
    { name: 'refused_sockets', where: '', value: 0, limit: 0 },
  ]
}

/** Ten seconds of load and one in which nothing starts any more. */
export function aTimeline(): TrafficDocument['timeline'] {
  const each = <T>(value: T, last: T): T[] => [...Array.from({ length: 10 }, () => value), last]
  return {
    slice_ms: 1000,
    due: each(100, 0),
    started: each(100, 0),
    ok: each(139, 2),
    failed: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
    vus: [20, 22, 24, 23, 22, 21, 22, 23, 22, 21, 3],
    p50: each(16, 2001),
    p90: each(25, null),
    p95: each(38, null),
    p99: each(75, null),
    max: each(150, 2004.2),
  }
}

export function aSearch(changes: Partial<SearchDocument> = {}): SearchDocument {
  return {
    state: 'found',
    rate: 400,
    failsAt: 440,
    confidence: 0.93,
    low: 380,
    high: 440,
    steps: 4,
    endedBy: 'confident',
    tried: [
      { rate: 200, outcome: 'met', p95_ms: 31, error_share: 0 },
      { rate: 400, outcome: 'met', p95_ms: 80, error_share: 0.001 },
      { rate: 800, outcome: 'failed', p95_ms: 1900, error_share: 0.21 },
      { rate: 440, outcome: 'failed', p95_ms: 240, error_share: 0.01 },
    ],
    ...changes,
  }
}

export function someThresholds(): ThresholdResult[] {
  return [
    { metric: 'http_req_duration', expression: 'p(95)<200', ok: true, actual: 37.5, note: null },
    { metric: 'http_req_duration', expression: 'p(99)<50', ok: false, actual: 75, note: null },
    { metric: 'http_req_duration{step:checkout}', expression: 'p(95)<200', ok: true, actual: 90, note: null },
    { metric: 'http_req_failed', expression: 'rate<0.01', ok: true, actual: 8 / 1400, note: null },
    {
      metric: 'http_req_duration{step:search}',
      expression: 'avg<10',
      ok: false,
      actual: null,
      note: 'no step is called search',
    },
  ]
}
