import { oneLine, shorten, wrapText } from './columns.ts'
import { formatCount, formatMs, formatNoun, formatRate } from './format.ts'
import { compactMs, compactShare, formatActual, formatShare } from './traffic-format.ts'
import type { Page } from './terminal-page.ts'
import { metricLines } from './traffic-metric-lines.ts'
import { checkTotals, metricsOf, type Section, type TrafficMetric } from './traffic-metrics.ts'
import { protocolOf } from './traffic-names.ts'
import type { ThresholdResult } from '../results/documents.ts'
import { describeMeasure } from './traffic-verdict.ts'
import type { LatencyDocument, SearchDocument, StepDocument, TrafficDocument } from '../results/traffic-document.ts'

const SHOWN_STEPS = 30
const SHOWN_REASONS = 5

/** k6's thresholds: the metric, below it each expression with what it came to. */
export function thresholdLines(thresholds: readonly ThresholdResult[], page: Page): string[] {
  const byMetric = Map.groupBy(thresholds, ({ metric }) => metric)
  return [...byMetric].flatMap(([metric, results], i) => [
    ...(i === 0 ? [] : ['']),
    `  ${oneLine(metric)}`,
    ...results.map((result) => thresholdLine(result, page)),
  ])
}

function thresholdLine({ metric, expression, ok, actual, note }: ThresholdResult, page: Page): string {
  const mark = ok ? page.paint('green', '✓') : page.paint('red', '✗')
  const found = formatActual(actual, metric, expression)
  return `  ${mark} '${oneLine(expression)}' ${page.paint('cyan', oneLine(found))}${note === null ? '' : `  ${oneLine(note)}`}`
}

/** k6's checks: totals, then each with ✓ or ✗. */
export function checkLines(document: TrafficDocument, page: Page): string[] {
  if (document.checks.length === 0) return []
  const { passed, failed } = checkTotals(document)
  const seconds = document.duration_ms / 1000
  const total = passed + failed
  const execution = { section: 'execution', contains: 'default' } as const
  const totals: TrafficMetric[] = [
    {
      ...execution,
      name: 'checks_total',
      type: 'counter',
      count: total,
      ratePerSecond: seconds > 0 ? total / seconds : 0,
    },
    { ...execution, name: 'checks_succeeded', type: 'rate', passes: passed, fails: failed },
    { ...execution, name: 'checks_failed', type: 'rate', passes: failed, fails: passed },
  ]
  return [
    ...metricLines(totals, page).map(indented),
    '',
    ...document.checks.flatMap((check) => {
      const name = shorten(oneLine(check.name), page.width - 4)
      if (check.failed === 0) return [`  ${page.paint('green', `✓ ${name}`)}`]
      const share = Math.floor((100 * check.passed) / (check.passed + check.failed))
      const counts = `↳  ${share}% — ✓ ${check.passed} / ✗ ${check.failed}`
      return [`  ${page.paint('red', `✗ ${name}`)}`, `    ${page.paint('red', counts)}`]
    }),
  ]
}

const HEADINGS = ['custom', 'http', 'websocket', 'steps', 'execution', 'network'] as const satisfies Section[]
/** Said by k6's names already. */
const SAME_OF_HTTP = new Set(['service_time', 'steps', 'steps_failed'])

/** k6's metric rows under its headings. */
export function resultLines(document: TrafficDocument, page: Page): string[] {
  // Checks have rows of their own above.
  const isHttp = protocolOf(document.workload) === 'http'
  const metrics = metricsOf(document).filter(({ name }) => name !== 'checks' && !(isHttp && SAME_OF_HTTP.has(name)))
  return HEADINGS.flatMap((heading) => {
    const rows = metrics.filter(({ section }) => section === heading)
    if (rows.length === 0) return []
    return ['', `  ${page.paint('bold', heading.toUpperCase())}`, ...metricLines(rows, page).map(indented)]
  }).slice(1)
}

/** Two rows a step: response time, and service time below it. */
export function stepLines({ steps }: TrafficDocument, page: Page): string[] {
  const all = Object.entries(steps)
  const rows = all.slice(0, SHOWN_STEPS).flatMap(([name, step]) => [
    [`  ${oneLine(name)}`, formatCount(step.count), failedCell(step), ...latencyCells(step.response_time_ms)],
    ['    service time', '', '', ...latencyCells(step.service_time_ms)],
  ])
  const hidden = all.length - SHOWN_STEPS
  return [
    ...page.table(['  response time', 'count', 'failed', 'p50', 'p95', 'p99', 'max'], rows),
    ...(hidden > 0 ? [`  and ${formatNoun(hidden, 'more step')}: traffic.json has them all`] : []),
  ]
}

function failedCell({ count, ok }: StepDocument): string {
  return count === 0 ? '—' : compactShare(count - ok, count)
}

function latencyCells({ p50, p95, p99, max }: LatencyDocument): string[] {
  return [p50, p95, p99, max].map(compactMs)
}

/** Errors by class and where they happened, then why iterations failed. */
export function errorLines({ all_steps: all, steps, failures }: TrafficDocument, page: Page): string[] {
  const classes = Object.entries(all.outcomes).filter(([outcome, count]) => outcome !== 'ok' && count > 0)
  const rows = classes
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => [
      `  ${shorten(oneLine(outcome), Math.floor(page.width * 0.3))}`,
      formatCount(count),
      formatShare(count, all.count),
    ])
  const aligned = rows.length === 0 ? [] : page.table(['  class', 'count', 'of all'], rows)
  const room = page.width - (aligned[1]?.length ?? 0) - 3
  const where = classes.map(([outcome]) => shorten(whereOf(outcome, steps), Math.max(10, room)))
  return [
    ...aligned.map((line, i) => (i === 0 ? line : `${line}   ${page.paint('dim', where[i - 1])}`)),
    ...(failures.length > 0 ? [...(rows.length > 0 ? [''] : []), '  iterations failed because'] : []),
    ...failures
      .slice(0, SHOWN_REASONS)
      .map(({ message, count }) => shorten(`  ${formatCount(count)} × ${oneLine(message)}`, page.width)),
    ...(failures.length > SHOWN_REASONS
      ? [`  and ${formatNoun(failures.length - SHOWN_REASONS, 'other reason')}`]
      : []),
  ]
}

function whereOf(outcome: string, steps: TrafficDocument['steps']): string {
  return Object.entries(steps)
    .map(([name, step]) => ({ name, count: step.outcomes[outcome] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${oneLine(name)} ${formatCount(count)}`)
    .join(', ')
}

/** What a step-to-failure found, and every rate it tried. */
export function searchLines({ search }: TrafficDocument, page: Page): string[] {
  if (!search) return []
  const rows = search.tried.map(({ rate, outcome, p95_ms, error_share }) => {
    return [`  ${formatRate(rate)}`, outcome, formatMs(p95_ms), compactShare(error_share, 1)]
  })
  return [
    ...searchSentences(search).flatMap((sentence) => wrapText(sentence, page.width - 2).map(indented)),
    '',
    ...page.table(['  tried', 'thresholds', 'p95', 'failed'], rows),
  ]
}

/** What was found, and how sure that is. */
export function searchSentences(search: SearchDocument): string[] {
  const met =
    search.rate === 0
      ? 'no rate that was tried meets the thresholds'
      : `${formatRate(search.rate)} is the highest rate that meets the thresholds, sure to ${formatShare(search.confidence, 1)}`
  const range = `95 % range ${formatCount(search.low)} … ${formatRate(search.high)}, ${formatNoun(search.steps, 'step')}, ${ENDED_BY[search.endedBy]}`
  return [met, range]
}

const ENDED_BY = {
  confident: 'ended because it was sure',
  steps: 'ended because the steps were used up',
  generator: 'ended because the generator could do no more',
} as const

/** The generator's own health, the CPU it spent waiting for instants apart; shards that did not finish. */
export function generatorLines({ verdict, shards }: TrafficDocument, page: Page): string[] {
  const spin = Math.max(0, ...shards.flatMap(({ health }) => health.map(({ spinShare }) => spinShare)))
  const measures = verdict.measures.map((measure) => {
    const isOver = measure.value > measure.limit
    const text = describeMeasure(measure)
    return `  ${isOver ? page.paint('yellow', `▲ ${text}`) : `  ${text}`}`
  })
  const broken = shards.filter(({ state }) => state !== 'finished')
  return [
    ...measures,
    `    CPU spent waiting for instants, apart from the above: ${formatShare(spin, 1)}`,
    ...broken.slice(0, SHOWN_STEPS).flatMap(({ job_id, host, state, reason }) => {
      const text = `${oneLine(job_id)} on ${oneLine(host)}: ${state}${reason === null ? '' : `, ${oneLine(reason)}`}`
      return wrapText(text, page.width - 4).map((line, i) => page.paint('red', `${i === 0 ? '  ✗ ' : '    '}${line}`))
    }),
  ]
}

function indented(line: string): string {
  return `  ${line}`
}
