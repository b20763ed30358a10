import { alignColumns, oneLine, shorten, wrapText } from './columns.ts'
import { countCodes } from './failure-codes.ts'
import { formatCount, formatInstant, formatMs, formatNoun, formatRate, formatRatio } from './format.ts'
import type { Style } from './paint.ts'
import { costLines, endSections, joinSections, RUN_LABEL_WIDTH, type EndOptions } from './terminal-end.ts'
import { createPage, type Page, type PageOptions } from './terminal-page.ts'
import { thresholdLines } from './traffic-sections.ts'
import type { Quantiles, ResultsDocument, Verdict } from '../results/documents.ts'
import type { WorkloadSummary } from '../workloads/workload.ts'
import { clockJumpText } from './clock-jump-text.ts'
import { seedText } from './seed-text.ts'

export interface SummaryOptions extends EndOptions, PageOptions {
  readonly summaryLines: WorkloadSummary['lines']
}

const VERDICTS: Readonly<Record<Verdict, { mark: string; style: Style }>> = {
  valid: { mark: '✔', style: 'green' },
  saturated: { mark: '▲', style: 'yellow' },
  incomplete: { mark: '✖', style: 'red' },
  aborted: { mark: '■', style: 'yellow' },
}
const SHOWN_FAILURES = 10

/** What a finished run says in the terminal: verdict, figures, failures, where everything is, what to run next. */
export function renderSummary(results: ResultsDocument, options: SummaryOptions): string {
  const page = createPage({ ...options, labelWidth: RUN_LABEL_WIDTH })
  return joinSections([
    verdictLines(results, page),
    identityLines(results, page),
    jobLines(results, page),
    makespanLines(results, page),
    latencyLines(results, page),
    deliveryLines(results, page),
    workloadLines(options.summaryLines, page),
    failureLines(results, page),
    thresholdSection(results, page),
    costLines(results, page),
    page.labelled('digest', results.digest ?? 'none: the run is not complete'),
    ...endSections(results, options, page),
  ])
}

function thresholdSection({ thresholds = [] }: ResultsDocument, page: Page): string[] {
  return thresholds.length === 0 ? [] : ['thresholds', ...thresholdLines(thresholds, page)]
}

function verdictLines({ verdict, verdict_reason: reason }: ResultsDocument, { paint, width }: Page): string[] {
  const { mark, style } = VERDICTS[verdict]
  const indent = verdict.length + 4
  const [first, ...rest] = wrapText(oneLine(reason), width - indent)
  return [
    `${paint(style, mark)} ${paint([style, 'bold'], verdict)}  ${first}`,
    ...rest.map((line) => ' '.repeat(indent) + line),
  ]
}

function identityLines(results: ResultsDocument, page: Page): string[] {
  const resumed = results.resumed > 0 ? `, resumed ${formatNoun(results.resumed, 'time')}` : ''
  return [
    ...page.labelled('run', results.run_id),
    ...page.labelled('scenario', `${results.scenario}, seed ${seedText(results)}`),
    ...page.labelled('environment', results.environment),
    ...page.labelled('started', `${formatInstant(results.started_at)}${resumed}`),
    ...clockLines(results, page),
  ]
}

function clockLines(results: ResultsDocument, page: Page): string[] {
  const jump = clockJumpText(results)
  return jump === undefined ? [] : page.labelled('clock', jump, ['yellow'])
}

function jobLines({ jobs }: ResultsDocument, page: Page): string[] {
  const kinds = Object.entries(jobs.by_kind)
  const rows = kinds.map(([kind, counts]) => jobRow(kind, counts))
  const head = ['jobs', 'total', 'done', 'failed', 'left']
  return table(head, kinds.length > 1 ? [...rows, jobRow('all', jobs)] : rows, page)
}

function jobRow(name: string, { total, done, failed }: ResultsDocument['jobs']['by_kind'][string]): string[] {
  return [name, ...[total, done, failed, total - done - failed].map(formatCount)]
}

function makespanLines(results: ResultsDocument, page: Page): string[] {
  if (results.jobs.done === 0) return page.labelled('makespan', 'nothing to measure: no job was done')
  const ratio = formatRatio(results.makespan_ms, results.ideal_makespan_ms)
  const ideal = formatMs(results.ideal_makespan_ms)
  return [
    ...page.labelled('makespan', `${formatMs(results.makespan_ms)}, ${ratio} the ideal ${ideal}`),
    ...page.labelled('throughput', formatRate(results.jobs_per_second, 'jobs')),
    ...page.beside('critical path', criticalPathLines(results, page.room)),
  ]
}

function criticalPathLines({ critical_path: path, ideal_makespan_ms }: ResultsDocument, width: number): string[] {
  const jobs = path.map((job) => `${job.job_id} ${formatMs(job.processing_ms)}`)
  const middle = path.slice(1, -1)
  const middleMs = middle.reduce((sum, job) => sum + job.processing_ms, 0)
  const whole = wrapSteps(jobs, width)
  const shortened = [jobs[0], `… ${formatCount(middle.length)} more, ${formatMs(middleMs)} …`, jobs.at(-1)!]
  return [
    `${formatNoun(path.length, 'job')}, ${formatMs(ideal_makespan_ms)} of work`,
    ...(whole.length <= 2 ? whole : wrapSteps(shortened, width)),
  ]
}

/** Steps joined by arrows, broken only between steps. */
function wrapSteps(steps: readonly string[], width: number): string[] {
  const unbreakable = steps.map((step, i) => (i === 0 ? step : `→ ${step}`).replaceAll(' ', '\u00A0'))
  return wrapText(unbreakable.join(' '), width).map((line) => line.replaceAll('\u00A0', ' '))
}

function latencyLines(results: ResultsDocument, page: Page): string[] {
  const rows = [
    latencyRow('queue wait', results.queue_wait_ms),
    latencyRow('service', results.service_ms),
    latencyRow('scheduler delay', results.scheduler_delay_ms),
  ]
  return table(['latency', 'p50', 'p90', 'p99', 'max'], rows, page)
}

function latencyRow(name: string, { p50, p90, p99, max }: Quantiles): string[] {
  return [name, ...[p50, p90, p99, max].map(formatMs)]
}

function deliveryLines({ deliveries, jobs }: ResultsDocument, { paint, beside }: Page): string[] {
  const cell = (name: string, count: number, style?: Style) => {
    const text = `${name} ${formatCount(count)}`
    return (style && count > 0 ? paint(style, text) : text) + ' '.repeat(Math.max(2, 18 - text.length))
  }
  const rows = [
    [
      cell('failed', jobs.failed, 'red'),
      cell('retries', deliveries.retries, 'yellow'),
      cell('dead-lettered', deliveries.dead_lettered, 'yellow'),
    ],
    [
      cell('duplicates', deliveries.duplicates),
      cell('malformed', deliveries.malformed, 'yellow'),
      cell('foreign', deliveries.foreign),
    ],
  ]
  const lines = rows.map((row) => row.join(''))
  return beside('deliveries', lines)
}

function workloadLines(lines: WorkloadSummary['lines'], { paint, width }: Page): string[] {
  if (lines.length === 0) return []
  const labelWidth = Math.max(...lines.map(({ label }) => label.length))
  const indent = ' '.repeat(labelWidth + 4)
  return [
    paint('dim', 'results'),
    ...lines.flatMap(({ label, text }) =>
      wrapText(text, width - indent.length).map((line, i) =>
        i === 0 ? `  ${label.padEnd(labelWidth)}  ${line}` : indent + line,
      ),
    ),
  ]
}

function failureLines({ failures }: ResultsDocument, { paint, width }: Page): string[] {
  if (failures.length === 0) return []
  const shown = failures.slice(0, SHOWN_FAILURES)
  const hidden = failures.slice(SHOWN_FAILURES)
  return [
    paint('red', 'failures'),
    ...shown.flatMap(({ job_id, attempts, code, message }) => [
      `  ${oneLine(job_id)}  ${paint('dim', `after ${formatNoun(attempts, 'attempt')}`)}`,
      `    ${shorten(oneLine(`${code}: ${message}`), width - 4)}`,
    ]),
    ...(hidden.length > 0 ? [`  and ${formatCount(hidden.length)} more: ${oneLine(countCodes(hidden))}`] : []),
  ]
}

/** Unlike a page's own tables: nothing is cut, and columns of one stand below those of the other. */
function table(head: readonly string[], rows: readonly (readonly string[])[], { paint }: Page): string[] {
  const padded = rows.map(([name, ...cells]) => [`  ${name}`, ...cells.map((cell) => cell.padStart(9))])
  const [first, ...rest] = alignColumns([head, ...padded])
  return [paint('dim', first), ...rest]
}
