import type { ResultsDocument } from '../../../results/documents.ts'
import type {
  LatencyDocument,
  SearchDocument,
  StepDocument,
  TrafficDocument,
} from '../../../results/traffic-document.ts'
import { formatBytes, formatCount, formatMs, formatNoun, formatRate, NOTHING } from '../../format.ts'
import { formatActual, formatShare } from '../../traffic-format.ts'
import { viewMeasure } from '../../traffic-verdict.ts'
import { FAILS, type Table } from '../table.ts'

type Thresholds = NonNullable<ResultsDocument['thresholds']>

const HOLDS = '✔ yes'

export function thresholdsTable(thresholds: Thresholds): Table {
  return {
    caption: 'Thresholds',
    columns: ['threshold', 'holds', 'must be', 'was', 'note'],
    text: [1, 2, 4],
    rows: thresholds.map(({ metric, expression, ok, actual, note }) => {
      return [metric, ok ? HOLDS : FAILS, expression, formatActual(actual, metric, expression), note ?? '']
    }),
  }
}

export function stepsTable({ steps, all_steps: all }: TrafficDocument): Table {
  const named = Object.entries(steps)
  return {
    caption: 'Steps',
    columns: ['step', 'count', 'failed', 'response p50', 'p90', 'p95', 'p99', 'max', 'service p50', 'p99', 'received'],
    rows: [...named, ...(named.length > 1 ? [['all steps', all] as const] : [])].map(([name, step]) => [
      name,
      formatCount(step.count),
      failedOf(step),
      ...latencies(step.response_time_ms, ['p50', 'p90', 'p95', 'p99', 'max']),
      ...latencies(step.service_time_ms, ['p50', 'p99']),
      formatBytes(step.bytes_received),
    ]),
  }
}

/** Nothing where every step was ok. */
export function outcomesTable({ steps }: TrafficDocument): Table {
  const rows = Object.entries(steps).flatMap(([name, { outcomes, count }]) =>
    Object.entries(outcomes)
      .filter(([outcome, times]) => outcome !== 'ok' && times > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([outcome, times]) => [name, outcome, formatCount(times), formatShare(times, count)]),
  )
  return { caption: 'Errors by class', columns: ['step', 'error', 'times', 'share'], text: [1], rows }
}

export function checksTable({ checks }: TrafficDocument): Table {
  return {
    caption: 'Checks',
    columns: ['check', 'held', 'did not', 'share'],
    rows: checks.map(({ name, passed, failed }) => [
      name,
      formatCount(passed),
      formatCount(failed),
      formatShare(passed, passed + failed),
    ]),
  }
}

/** Offered against achieved. */
export function startsTable({ starts, slip_ms: slip, iterations, levels }: TrafficDocument): Table {
  const rows: [string, string, string][] = [
    ['due', formatCount(starts.due), 'starts that the schedule asked for'],
    ['started', formatCount(starts.started), `${formatShare(starts.started, starts.due)} of those due`],
    ['late', formatCount(starts.late), `of those started; slip p99 ${formatMs(slip.p99)}, max ${formatMs(slip.max)}`],
    ['dropped', formatCount(starts.dropped), 'not started, because as many as allowed were in flight'],
    ['ended ok', formatCount(iterations.ok), `of ${formatNoun(iterations.count, 'iteration')} that ended`],
    ['users at most', formatCount(levels['vus'] ?? 0), 'active, or iterations in flight'],
  ]
  return { caption: 'Offered and achieved', columns: ['starts', 'count', 'what'], text: [2], rows }
}

/** How the generator was: what the verdict is made of. */
export function measuresTable({ verdict }: TrafficDocument): Table {
  return {
    caption: 'Generator health',
    columns: ['measure', 'holds', 'was', 'may be', 'where'],
    text: [1, 4],
    rows: verdict.measures.map((measure) => {
      const { title, value, limit } = viewMeasure(measure)
      return [title, measure.value <= measure.limit ? HOLDS : FAILS, value, limit, measure.where || 'whole run']
    }),
  }
}

export function shardsTable({ shards, ledger }: TrafficDocument): Table {
  return {
    caption: 'Shards',
    columns: ['shard', 'host', 'state', 'windows due', 'received', 'CPU', 'spinning for instants', 'clock'],
    text: [1, 2],
    rows: shards.map((shard) => {
      const { received } = ledger.find((one) => one.shard === shard.shard) ?? { received: 0 }
      const [health] = shard.health
      return [
        shard.job_id,
        shard.host,
        shard.reason === null ? shard.state : `${shard.state}: ${shard.reason}`,
        shard.windows === null ? NOTHING : formatCount(shard.windows),
        formatCount(received),
        health ? formatShare(health.cpuShare, 1) : NOTHING,
        health ? formatShare(health.spinShare, 1) : NOTHING,
        shard.clock ? `${figure(shard.clock.offset_ms)} ± ${figure(shard.clock.uncertainty_ms)} ms` : NOTHING,
      ]
    }),
  }
}

/** Where a step's time went: the parts that have a name. Nothing where no step has any. */
export function timingsTable({ steps }: TrafficDocument): Table {
  const rows = Object.entries(steps).flatMap(([name, { timings_ms }]) =>
    Object.entries(timings_ms).map(([timing, latency]) => [
      ...[name, timing, formatCount(latency.count)],
      ...latencies(latency, ['p50', 'p95', 'p99', 'max']),
    ]),
  )
  return {
    caption: 'Parts of the steps',
    columns: ['step', 'part', 'times', 'p50', 'p95', 'p99', 'max'],
    text: [1],
    rows,
  }
}

/** What the scenario counted itself, and how high its levels went. */
export function countersTable({ counters, levels, duration_ms: durationMs }: TrafficDocument): Table {
  const perSecond = (count: number) => (durationMs > 0 ? formatRate((count * 1000) / durationMs) : NOTHING)
  const own = Object.entries(levels).filter(([name]) => name !== 'vus')
  return {
    caption: 'Counters and levels',
    columns: ['name', 'count', 'per second', 'highest'],
    rows: [
      ...Object.entries(counters).map(([name, count]) => [name, formatCount(count), perSecond(count), '']),
      ...own.map(([name, level]) => [name, '', '', formatCount(level)]),
    ],
  }
}

/** Every rate that a search tried. */
export function searchTable(search: SearchDocument): Table {
  return {
    caption: 'Rates that the search tried',
    columns: ['rate', 'thresholds', 'p95', 'failed'],
    text: [1],
    rows: search.tried.map(({ rate, outcome, p95_ms, error_share }) => {
      return [formatRate(rate), outcome, formatMs(p95_ms), formatShare(error_share, 1)]
    }),
  }
}

export function iterationFailuresTable({ failures }: TrafficDocument): Table {
  return {
    caption: 'Why iterations failed',
    columns: ['reason', 'times', 'stack of the first'],
    text: [2],
    rows: failures.map(({ message, count, stack }) => [message, formatCount(count), stack]),
  }
}

function latencies(latency: LatencyDocument, names: readonly (keyof LatencyDocument)[]): string[] {
  return names.map((name) => formatMs(latency[name]))
}

function failedOf({ count, ok }: StepDocument): string {
  return count === ok ? '0' : `${formatCount(count - ok)} (${formatShare(count - ok, count)})`
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
