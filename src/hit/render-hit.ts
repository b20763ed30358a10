import { formatCount, formatMs, formatNoun, formatRate } from '../report/format.ts'
import { formatShare } from '../report/traffic-format.ts'
import { createPage, joinPage, type Page, type PageOptions } from '../report/terminal-page.ts'
import { metricLines } from '../report/traffic-metric-lines.ts'
import type { TrafficMetric } from '../report/traffic-metrics.ts'
import { describeMeasure, viewVerdict } from '../report/traffic-verdict.ts'
import type { HitDocument } from './hit-document.ts'

/** For a terminal: the verdict, what was asked for, then k6's layout. Ends with one line end. */
export function renderHit(document: HitDocument, options: PageOptions): string {
  const page = createPage(options)
  return joinPage([
    ...verdictLines(document, page),
    '',
    ...loadLines(document, page),
    '',
    ...metricLines(metricsOf(document), page),
    '',
    ...percentileLines(document, page),
    '',
    ...page.section('STATUSES', countLines(document.requests.statuses, document)),
    ...page.section('ERRORS', countLines(errorsOf(document), document)),
    ...page.section(
      'GENERATOR',
      document.verdict.measures.filter(isOfHit).map((measure) => {
        const isOver = measure.value > measure.limit
        return isOver ? page.paint('yellow', `▲ ${describeMeasure(measure)}`) : `  ${describeMeasure(measure)}`
      }),
    ),
  ])
}

function verdictLines({ verdict, requests, failed }: HitDocument, page: Page): string[] {
  const { mark, style, state, sentence, details } = viewVerdict(verdict)
  const isLost = requests.count > 0 && failed === requests.count
  return [
    `${page.paint(style, mark)} ${page.paint(style, page.paint('bold', state))}  ${sentence}`,
    ...details.map((detail) => `  - ${detail}`),
    ...(isLost ? [page.paint('red', '✖ every request failed')] : []),
    ...(requests.count === 0 ? [page.paint('red', '✖ no request ended')] : []),
  ]
}

function loadLines(document: HitDocument, page: Page): string[] {
  const { method, target, connections, pipelining, duration_ms: durationMs, answers_per_second: rate } = document
  const piped = pipelining > 1 ? `, ${pipelining} requests under way on each` : ''
  return [
    ...page.labelled('target', `${method} ${target}`),
    ...page.labelled(
      'load',
      `closed loop (autocannon), flat out: ${formatNoun(connections, 'connection')}${piped}; each sends again when its answer is there, so a slow target gets less load`,
    ),
    ...page.labelled('ran', `${formatMs(durationMs)}, ${formatRate(rate, 'answers')}`),
  ]
}

function metricsOf({ requests, failed, duration_ms: durationMs }: HitDocument): TrafficMetric[] {
  const perSecond = (count: number) => (durationMs > 0 ? (count / durationMs) * 1000 : 0)
  const counter = (name: string, count: number, contains: 'default' | 'data' = 'default'): TrafficMetric => {
    return { name, section: 'http', type: 'counter', contains, count, ratePerSecond: perSecond(count) }
  }
  const latency = requests.service_time_ms
  return [
    { name: 'http_req_duration', section: 'http', type: 'trend', contains: 'time', latency },
    {
      name: 'http_req_failed',
      section: 'http',
      type: 'rate',
      contains: 'default',
      passes: failed,
      fails: requests.count - failed,
    },
    counter('http_reqs', requests.count),
    counter('data_received', requests.bytes_received, 'data'),
    counter('data_sent', requests.bytes_sent, 'data'),
  ]
}

function percentileLines({ requests: { service_time_ms: latency } }: HitDocument, page: Page): string[] {
  const { p50, p75, p90, p95, p99, p99_5, p99_9, max } = latency
  return page.table(
    ['latency', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.5', 'p99.9', 'max'],
    [['all answers and errors', ...[p50, p75, p90, p95, p99, p99_5, p99_9, max].map(formatMs)]],
  )
}

function errorsOf({ requests }: HitDocument): Record<string, number> {
  return Object.fromEntries(Object.entries(requests.outcomes).filter(([outcome]) => outcome !== 'ok'))
}

function countLines(counts: Readonly<Record<string, number>>, { requests }: HitDocument): string[] {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return rows.map(
    ([name, count]) => `  ${name.padEnd(12)} ${formatCount(count)}  ${formatShare(count, requests.count)}`,
  )
}

/** A closed loop has no schedule that could slip. */
function isOfHit({ name }: { readonly name: string }): boolean {
  return name !== 'schedule_slip_p99_ms' && name !== 'dropped_starts'
}
