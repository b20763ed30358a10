import type { Measure } from '../../../engine/verdict.ts'
import type { ResultsDocument } from '../../../results/documents.ts'
import type { LatencyDocument, StepDocument, TrafficDocument } from '../../../results/traffic-document.ts'
import { formatBytes, formatCount, formatMs, formatNoun, NOTHING } from '../../format.ts'
import type { Table } from '../table.ts'

type Thresholds = NonNullable<ResultsDocument['thresholds']>

export function thresholdsTable(thresholds: Thresholds): Table {
  return {
    caption: 'Thresholds',
    columns: ['threshold', 'must be', 'was', 'holds', 'note'],
    text: [1, 3, 4],
    rows: thresholds.map(({ metric, expression, ok, actual, note }) => {
      return [metric, expression, actual === null ? NOTHING : figure(actual), ok ? '✔ yes' : '✖ no', note ?? '']
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
      .map(([outcome, times]) => [name, outcome, formatCount(times), share(times, count)]),
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
      share(passed, passed + failed),
    ]),
  }
}

/** Offered against achieved. */
export function startsTable({ starts, slip_ms: slip, iterations, levels }: TrafficDocument): Table {
  const rows: [string, string, string][] = [
    ['due', formatCount(starts.due), 'starts that the schedule asked for'],
    ['started', formatCount(starts.started), share(starts.started, starts.due)],
    ['late', formatCount(starts.late), `of those started; slip p99 ${formatMs(slip.p99)}, max ${formatMs(slip.max)}`],
    ['dropped', formatCount(starts.dropped), 'as many as allowed were in flight'],
    ['ended ok', formatCount(iterations.ok), `of ${formatNoun(iterations.count, 'iteration')} that ended`],
    ['users at most', formatCount(levels['vus'] ?? 0), 'active, or iterations in flight'],
  ]
  return { caption: 'Offered and achieved', columns: ['starts', 'count', 'what'], text: [2], rows }
}

/** How the generator was: what the verdict is made of. */
export function measuresTable({ verdict }: TrafficDocument): Table {
  return {
    caption: 'Generator health',
    columns: ['measure', 'where', 'was', 'may be', 'holds'],
    text: [1, 4],
    rows: verdict.measures.map((measure) => [
      measure.name,
      measure.where || 'whole run',
      figure(measure.value),
      figure(measure.limit),
      isWithin(measure) ? '✔ yes' : '✖ no',
    ]),
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
        health ? percent(health.cpuShare) : NOTHING,
        health ? percent(health.spinShare) : NOTHING,
        shard.clock ? `${figure(shard.clock.offset_ms)} ± ${figure(shard.clock.uncertainty_ms)} ms` : NOTHING,
      ]
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
  return count === ok ? '0' : `${formatCount(count - ok)} (${share(count - ok, count)})`
}

function isWithin({ value, limit }: Measure): boolean {
  return value <= limit
}

function share(part: number, whole: number): string {
  return whole === 0 ? NOTHING : percent(part / whole)
}

function percent(value: number): string {
  return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: 2 })} %`
}

function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
