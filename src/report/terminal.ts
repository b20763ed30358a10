import { styleText } from 'node:util'
import { alignColumns, oneLine, shorten, wrapText } from './columns.ts'
import { costSentences } from './cost.ts'
import { countCodes } from './failure-codes.ts'
import { formatBytes, formatCount, formatInstant, formatMs, formatNoun, formatRate, formatRatio } from './format.ts'
import { createPage } from './traffic-lines.ts'
import { thresholdLines } from './traffic-sections.ts'
import type { Quantiles, ResultsDocument, Verdict } from '../results/documents.ts'
import type { WorkloadSummary } from '../workloads/workload.ts'

export interface SummaryOptions {
  readonly summaryLines: WorkloadSummary['lines']
  /** Where everything is; the store only where the environment has one on disk. */
  readonly paths: {
    readonly bundle?: string
    readonly report?: string
    readonly store?: string
    /** Of a document that was read from a bucket. */
    readonly document?: string
  }
  /** Commands worth running now, each with a reason if it needs one. */
  readonly next: readonly string[]
  readonly color: boolean
  /** Columns of the terminal; below 60 is treated as 60. */
  readonly width: number
}

type Style = 'green' | 'red' | 'yellow' | 'bold' | 'dim'
type Paint = (style: Style, text: string) => string

const VERDICTS: Readonly<Record<Verdict, { mark: string; style: Style }>> = {
  valid: { mark: '✔', style: 'green' },
  saturated: { mark: '▲', style: 'yellow' },
  incomplete: { mark: '✖', style: 'red' },
  aborted: { mark: '■', style: 'yellow' },
}
const SHOWN_FAILURES = 10
/** Text begins here: two spaces, a label, a gap. */
const LABEL_WIDTH = 16
const NARROWEST = 60

/** What a finished run says in the terminal: verdict, figures, failures, where everything is, what to run next. */
export function renderSummary(results: ResultsDocument, options: SummaryOptions): string {
  const width = Math.max(NARROWEST, options.width)
  const paint = painter(options.color)
  const sections = [
    verdictLines(results, width, paint),
    identityLines(results, width, paint),
    jobLines(results, paint),
    makespanLines(results, width, paint),
    latencyLines(results, paint),
    deliveryLines(results, paint),
    workloadLines(options.summaryLines, width, paint),
    failureLines(results, width, paint),
    thresholdSection(results, width, options.color),
    costLines(results, width, paint),
    labelled('digest', [results.digest ?? 'none: the run is not complete'], paint),
    ...endSections(results, options, width, paint),
  ]
  return joinSections(sections)
}

/** What stands below the figures of any run: what it cost, where everything is, what to run next. */
export function renderEnd(results: ResultsDocument, options: SummaryOptions): string {
  const width = Math.max(NARROWEST, options.width)
  const paint = painter(options.color)
  const sections = [
    [...labelled('run', [results.run_id], paint), ...labelled('seed', [String(results.seed)], paint)],
    costLines(results, width, paint),
    ...endSections(results, options, width, paint),
  ]
  return joinSections(sections)
}

function endSections(results: ResultsDocument, options: SummaryOptions, width: number, paint: Paint): string[][] {
  return [
    [...pathLines(results, options.paths, paint), ...uploadLines(results, width, paint)],
    nextLines(options.next, paint),
  ]
}

function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
}

function joinSections(sections: readonly (readonly string[])[]): string {
  return `\n${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n')}\n`
}

function thresholdSection({ thresholds = [] }: ResultsDocument, width: number, color: boolean): string[] {
  if (thresholds.length === 0) return []
  return ['  thresholds', ...thresholdLines(thresholds, createPage({ width, color })).map((line) => `  ${line}`)]
}

function verdictLines(results: ResultsDocument, width: number, paint: Paint): string[] {
  const { mark, style } = VERDICTS[results.verdict]
  const indent = results.verdict.length + 6
  const [first, ...rest] = wrapText(oneLine(results.verdict_reason), width - indent)
  return [
    `  ${paint(style, mark)} ${paint(style, paint('bold', results.verdict))}  ${first}`,
    ...rest.map((line) => ' '.repeat(indent) + line),
  ]
}

function identityLines(results: ResultsDocument, width: number, paint: Paint): string[] {
  const resumed = results.resumed > 0 ? `, resumed ${formatNoun(results.resumed, 'time')}` : ''
  return [
    ...labelled('run', [results.run_id], paint),
    ...labelled('scenario', wrapText(`${results.scenario}, seed ${results.seed}`, width - LABEL_WIDTH), paint),
    ...labelled('environment', [results.environment], paint),
    ...labelled('started', [`${formatInstant(results.started_at)}${resumed}`], paint),
  ]
}

function jobLines({ jobs }: ResultsDocument, paint: Paint): string[] {
  const kinds = Object.entries(jobs.by_kind)
  const rows = kinds.map(([kind, counts]) => jobRow(kind, counts))
  return table(
    ['jobs', 'total', 'done', 'failed', 'left'],
    kinds.length > 1 ? [...rows, jobRow('all', jobs)] : rows,
    paint,
  )
}

function jobRow(name: string, { total, done, failed }: ResultsDocument['jobs']['by_kind'][string]): string[] {
  return [name, ...[total, done, failed, total - done - failed].map(formatCount)]
}

function makespanLines(results: ResultsDocument, width: number, paint: Paint): string[] {
  if (results.jobs.done === 0) return labelled('makespan', ['nothing to measure: no job was done'], paint)
  const ratio = formatRatio(results.makespan_ms, results.ideal_makespan_ms)
  return [
    ...labelled(
      'makespan',
      [`${formatMs(results.makespan_ms)}, ${ratio} the ideal ${formatMs(results.ideal_makespan_ms)}`],
      paint,
    ),
    ...labelled('throughput', [formatRate(results.jobs_per_second, 'jobs')], paint),
    ...labelled('critical path', criticalPathLines(results, width - LABEL_WIDTH), paint),
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

function latencyLines(results: ResultsDocument, paint: Paint): string[] {
  return table(
    ['latency', 'p50', 'p90', 'p99', 'max'],
    [
      latencyRow('queue wait', results.queue_wait_ms),
      latencyRow('service', results.service_ms),
      latencyRow('scheduler delay', results.scheduler_delay_ms),
    ],
    paint,
  )
}

function latencyRow(name: string, { p50, p90, p99, max }: Quantiles): string[] {
  return [name, ...[p50, p90, p99, max].map(formatMs)]
}

function deliveryLines({ deliveries, jobs }: ResultsDocument, paint: Paint): string[] {
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
  return labelled(
    'deliveries',
    rows.map((row) => row.join('').trimEnd()),
    paint,
  )
}

function workloadLines(lines: WorkloadSummary['lines'], width: number, paint: Paint): string[] {
  if (lines.length === 0) return []
  const labelWidth = Math.max(...lines.map(({ label }) => label.length))
  const indent = ' '.repeat(labelWidth + 6)
  return [
    `  ${paint('dim', 'results')}`,
    ...lines.flatMap(({ label, text }) =>
      wrapText(text, width - indent.length).map((line, i) =>
        i === 0 ? `    ${label.padEnd(labelWidth)}  ${line}` : indent + line,
      ),
    ),
  ]
}

function failureLines({ failures }: ResultsDocument, width: number, paint: Paint): string[] {
  if (failures.length === 0) return []
  const shown = failures.slice(0, SHOWN_FAILURES)
  const hidden = failures.slice(SHOWN_FAILURES)
  return [
    `  ${paint('red', 'failures')}`,
    ...shown.flatMap((failure) => [
      `    ${oneLine(failure.job_id)}  ${paint('dim', `after ${formatNoun(failure.attempts, 'attempt')}`)}`,
      `      ${shorten(oneLine(`${failure.code}: ${failure.message}`), width - 6)}`,
    ]),
    ...(hidden.length > 0 ? [`    and ${formatCount(hidden.length)} more: ${oneLine(countCodes(hidden))}`] : []),
  ]
}

/** An older document says nothing of it. */
function costLines({ cost }: ResultsDocument, width: number, paint: Paint): string[] {
  if (!cost) return []
  return labelled(
    'cost',
    costSentences(cost).flatMap((sentence) => wrapText(sentence, width - LABEL_WIDTH)),
    paint,
  )
}

function pathLines(results: ResultsDocument, paths: SummaryOptions['paths'], paint: Paint): string[] {
  const { objects, bytes } = results.output
  const whole = paths.bundle && `${paths.bundle}  (${formatNoun(objects, 'object')}, ${formatBytes(bytes)})`
  const lines = Object.entries({ ...paths, bundle: whole })
  return lines.flatMap(([label, text]) => (text === undefined ? [] : labelled(label, [text], paint)))
}

/** An older document says nothing of it. */
function uploadLines({ upload }: ResultsDocument, width: number, paint: Paint): string[] {
  if (!upload) return []
  if (upload.error === null) return labelled('uploaded', [upload.url], paint)
  const why = `${upload.url}: ${oneLine(upload.error)}. The bundle here is whole; the same command with --run-id tries again`
  return labelled('not uploaded', wrapText(why, width - LABEL_WIDTH), (style, text) => paint('red', paint(style, text)))
}

function nextLines(next: readonly string[], paint: Paint): string[] {
  return next.length === 0 ? [] : [`  ${paint('dim', 'next')}`, ...next.map((command) => `    ${command}`)]
}

function table(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  const [title, ...columns] = head
  const [first, ...rest] = alignColumns([
    [title, ...columns],
    ...rows.map(([name, ...cells]) => [`  ${name}`, ...cells.map((cell) => cell.padStart(9))]),
  ])
  return [`  ${paint('dim', first)}`, ...rest.map((line) => `  ${line}`)]
}

function labelled(label: string, texts: readonly string[], paint: Paint): string[] {
  return texts.map((text, i) =>
    i === 0
      ? `  ${paint('dim', label)}${' '.repeat(Math.max(1, LABEL_WIDTH - 2 - label.length))}${text}`
      : ' '.repeat(LABEL_WIDTH) + text,
  )
}
