import { oneLine, shorten } from './columns.ts'
import { formatCount, formatMs, formatNoun, formatRate, NOTHING } from './format.ts'
import { compactShare, formatActual, formatShare } from './traffic-format.ts'
import { modelSentence, offeredMs } from './traffic-head.ts'
import { viewVerdict } from './traffic-verdict.ts'
import type { ResultsDocument, ThresholdResult } from '../results/documents.ts'
import type { LatencyDocument, TrafficDocument } from '../results/traffic-document.ts'
import { seedText } from './seed-text.ts'

export interface MarkdownInput {
  readonly results: ResultsDocument
  /** Of a traffic run. */
  readonly traffic?: TrafficDocument
  /** Where the report, the bundle, the pipeline are: http(s) URLs become links, anything else is shown as it is. */
  readonly links: readonly { readonly label: string; readonly target: string }[]
}

/** Of each of five tables and lists: GitHub refuses a comment of more than 65,536 characters. */
const MOST_CHARACTERS = 10_000
const SHOWN_ROWS = 40
const LONGEST_REASON = 500
const LONGEST_NAME = 120
const MARKS = { valid: '✅', saturated: '⚠️', incomplete: '❌', aborted: '⏹️' } as const

/**
 * A run as a comment on a pull request (GitHub's and GitLab's Markdown). Whatever comes from a scenario or a target is
 * shown as code, all its punctuation as references: it makes no markup, no link and no mention.
 */
export function renderMarkdown(input: MarkdownInput): string {
  const { results, traffic } = input
  const sections = [
    headLines(input),
    traffic ? loadTable(traffic) : [],
    thresholdTable(results.thresholds ?? []),
    traffic ? stepTable(traffic) : [],
    traffic ? errorTable(traffic) : [],
    jobTable(results),
    linkLines(input.links),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** Text from elsewhere, shown as it is. */
export function code(text: string): string {
  const shown = shorten(oneLine(text), LONGEST_NAME)
  return shown === '' ? '' : `<code>${shown.replaceAll(/[^\p{L}\p{N}\p{M} (){}%=,-]/gu, reference)}</code>`
}

/** A reference can never be markup: "they cannot be used in place of symbols indicating structure" (spec.commonmark.org, 6.2). */
function reference(character: string): string {
  return `&#${character.codePointAt(0)};`
}

function headLines({ results, traffic }: MarkdownInput): string[] {
  const failing = (results.thresholds ?? []).filter(({ ok }) => !ok).length
  const view = traffic && viewVerdict(traffic.verdict)
  // A run can fail around figures that are fine: then it is the run that gives the title.
  const ofFigures = view !== undefined && (view.state !== 'valid' || results.verdict === 'valid')
  const state = ofFigures ? view.state : results.verdict
  const reason = ofFigures ? view.sentence : results.verdict_reason
  const outcome = failing > 0 ? `, ${formatNoun(failing, 'threshold')} failed` : ''
  return [
    `### ${failing > 0 && state === 'valid' ? '❌' : MARKS[state]} ${code(results.scenario)}: ${state}${outcome}`,
    '',
    `${code(results.run_id)} on ${code(results.environment)}, seed ${seedText(results)}. ${prose(capitalized(reason))}.`,
    ...(ofFigures && view.details.length > 0
      ? ['', ...cut(view.details.map(code), 'reason').map((one) => `- ${one}`)]
      : []),
  ]
}

/**
 * Words of ours, in which there may be names that are not. Outside of code even a reference to @ or # would notify a person
 * or mark an issue, unless something stands between it and the name.
 */
function prose(text: string): string {
  return shorten(oneLine(text), LONGEST_REASON).replaceAll(/[^\p{L}\p{N}\p{M} (){}%=,:;-]/gu, (character) =>
    /[@#]/.test(character) ? `${reference(character)}&#8203;` : reference(character),
  )
}

function loadTable(document: TrafficDocument): string[] {
  const { starts, all_steps: all } = document
  const seconds = offeredMs(document) / 1000
  const rate = (count: number) => formatRate(seconds > 0 ? count / seconds : null)
  const achieved = `${rate(starts.started)} (${formatShare(starts.started, starts.due)})`
  const failed = formatShare(all.count - all.ok, all.count)
  const latencies = ({ p50, p90, p95, p99, max }: LatencyDocument) => [p50, p90, p95, p99, max].map(formatMs)
  return [
    `${prose(capitalized(modelSentence(document)))}.`,
    '',
    ...table(
      ['', 'offered', 'achieved', 'dropped', 'late', 'failed'],
      [['starts', rate(starts.due), achieved, formatCount(starts.dropped), formatCount(starts.late), failed]],
    ),
    '',
    ...table(
      ['latency', 'p50', 'p90', 'p95', 'p99', 'max'],
      [
        ['response time', ...latencies(all.response_time_ms)],
        ['service time', ...latencies(all.service_time_ms)],
      ],
    ),
  ]
}

function thresholdTable(thresholds: readonly ThresholdResult[]): string[] {
  // Those that fail first: they must not be among the rows that are cut.
  const sorted = [...thresholds].sort((a, b) => Number(a.ok) - Number(b.ok))
  return table(
    ['threshold', '', 'holds', 'found', ''],
    sorted.map(({ metric, expression, ok, actual, note }) => [
      code(metric),
      code(expression),
      ok ? '✅' : '❌',
      code(formatActual(actual, metric, expression)),
      code(note ?? ''),
    ]),
    'threshold',
  )
}

function stepTable({ steps }: TrafficDocument): string[] {
  return table(
    ['step', 'count', 'failed', 'p50', 'p95', 'p99', 'service p95'],
    Object.entries(steps).map(([name, step]) => {
      const { p50, p95, p99 } = step.response_time_ms
      const failed = step.count === 0 ? NOTHING : compactShare(step.count - step.ok, step.count)
      const latencies = [p50, p95, p99, step.service_time_ms.p95].map(formatMs)
      return [code(name), formatCount(step.count), failed, ...latencies]
    }),
    'step',
  )
}

function errorTable({ all_steps: all }: TrafficDocument): string[] {
  const errors = Object.entries(all.outcomes)
    .filter(([outcome, count]) => outcome !== 'ok' && count > 0)
    .sort(([, a], [, b]) => b - a)
  return table(
    ['error', 'count', 'of all'],
    errors.map(([outcome, count]) => [code(outcome), formatCount(count), formatShare(count, all.count)]),
    'error',
  )
}

function jobTable({ failures }: ResultsDocument): string[] {
  return table(
    ['failed job', 'fault', 'message'],
    failures.map(({ job_id, code: fault, message }) => [code(job_id), code(fault), code(message)]),
    'job',
  )
}

function linkLines(links: MarkdownInput['links']): string[] {
  return links.map(({ label, target }) => {
    const url = URL.parse(target)
    const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
    if (!isWeb) return `- ${prose(label)}: ${code(target)}`
    // What URL leaves as it is but Markdown could take for the end of the target.
    const safe = url.href.replaceAll(
      /[<>()[\]\\`|*_~]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
    return `- [${prose(label)}](${safe})`
  })
}

/** The first column to the left, the others to the right; nothing where there are no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[], noun = 'row'): string[] {
  if (rows.length === 0) return []
  const joined = rows.map((cells) => cells.join(' | '))
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:')).join(' | ')
  return [head.join(' | '), rule, ...cut(joined, noun)].map((cells) => `| ${cells} |`)
}

/** Rows from the first on, as many as a table may take, and how many are left out. */
function cut(rows: readonly string[], noun: string): string[] {
  let characters = 0
  const tooLong = rows.findIndex((row, i) => i >= SHOWN_ROWS || (characters += row.length + 1) > MOST_CHARACTERS)
  if (tooLong < 0) return [...rows]
  return [...rows.slice(0, tooLong), `… and ${formatNoun(rows.length - tooLong, `more ${noun}`)}`]
}

function capitalized(text: string): string {
  return text.replace(/^./u, (first) => first.toUpperCase())
}
