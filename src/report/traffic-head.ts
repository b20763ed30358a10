import { oneLine, wrapText } from './columns.ts'
import { formatCount, formatInstant, formatMs, formatNoun, formatRate } from './format.ts'
import { formatShare } from './traffic-format.ts'
import type { Page } from './terminal-page.ts'
import { viewVerdict } from './traffic-verdict.ts'
import type { LatencyDocument, TrafficDocument } from '../results/traffic-document.ts'

/** The verdict and what made it so: before any figure. */
export function verdictLines({ verdict }: TrafficDocument, page: Page): string[] {
  const { mark, style, state, sentence, details } = viewVerdict(verdict)
  const indent = state.length + 4
  const [first, ...rest] = wrapText(sentence, page.width - indent)
  return [
    `${page.paint(style, mark)} ${page.paint(style, page.paint('bold', state))}  ${first}`,
    ...rest.map((line) => ' '.repeat(indent) + line),
    ...details.flatMap((detail) =>
      wrapText(detail, page.width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
    ),
  ]
}

/** What was asked for against what was done, and by which model. */
export function offeredLines(document: TrafficDocument, page: Page): string[] {
  const { starts, iterations } = document
  const seconds = offeredMs(document) / 1000
  const perSecond = (count: number) => formatRate(seconds > 0 ? count / seconds : null)
  const lost = starts.dropped > 0 ? page.paint('yellow', `${formatCount(starts.dropped)} dropped`) : '0 dropped'
  return [
    ...page.labelled('target', oneLine(document.target)),
    ...page.labelled('load', modelSentence(document)),
    ...page.labelled('offered', `${perSecond(starts.due)}: ${formatNoun(starts.due, 'start')} due`),
    ...page.labelled(
      'achieved',
      `${perSecond(starts.started)}, ${formatShare(starts.started, starts.due)}: ${formatCount(starts.started)} started, ${formatCount(starts.late)} late, ${lost}`,
    ),
    ...page.labelled('iterations', outcomeSentence(iterations.outcomes) + unsentPart(document)),
    ...page.labelled('ran', ranSentence(document)),
  ]
}

/** Open or closed, said plainly: it decides what a slow target does to the load. */
export function modelSentence({ model, executor }: Pick<TrafficDocument, 'model' | 'executor'>): string {
  return model === 'open'
    ? `open (${executor}): starts at fixed instants, however slow the target is`
    : `closed (${executor}): a user starts again when its last iteration has ended, so a slow target gets less load`
}

/**
 * How long load was offered: to the end of the last slice in which a start was due. What comes after only ends what
 * was begun.
 */
export function offeredMs({ timeline, duration_ms }: Pick<TrafficDocument, 'timeline' | 'duration_ms'>): number {
  const last = timeline.due.findLastIndex((due) => due > 0)
  return last < 0 ? duration_ms : Math.min(duration_ms, (last + 1) * timeline.slice_ms)
}

/** Both latencies, one above the other. */
export function latencyLines({ all_steps: all }: TrafficDocument, page: Page): string[] {
  const row = (name: string, latency: LatencyDocument) => {
    const { p50, p90, p95, p99, max } = latency
    return [`  ${name}`, ...[p50, p90, p95, p99, max].map((ms) => formatMs(ms).padStart(8))]
  }
  return [
    ...page.table(
      ['latency', 'p50', 'p90', 'p95', 'p99', 'max'],
      [row('response time', all.response_time_ms), row('service time', all.service_time_ms)],
    ),
    page.paint('dim', '  response time counts from the intended start, service time from the send'),
  ]
}

function outcomeSentence(outcomes: Readonly<Record<string, number>>): string {
  const { ok = 0, ...others } = outcomes
  const rest = Object.entries(others).filter(([, count]) => count > 0)
  return [`${formatCount(ok)} ok`, ...rest.map(([name, count]) => `${formatCount(count)} ${oneLine(name)}`)].join(', ')
}

/**
 * Failed iterations that came to no step: a journey that throws at once makes iterations by the thousand, and no load. Every
 * step belongs to one iteration, so of more failed ones than steps the rest sent nothing.
 */
function unsentPart({ iterations, all_steps: all }: TrafficDocument): string {
  const { failed = 0 } = iterations.outcomes
  const unsent = failed - all.count
  if (unsent <= 0) return ''
  return `; ${all.count === 0 ? '' : 'at least '}${formatNoun(unsent, 'iteration')} failed before anything was sent`
}

function ranSentence({ started_at, duration_ms, shards }: TrafficDocument): string {
  const on = `on ${formatNoun(shards.length, 'shard')}`
  if (started_at === null) return duration_ms > 0 ? `${formatMs(duration_ms)}, ${on}` : `never began, ${on}`
  return `${formatMs(duration_ms)} from ${formatInstant(started_at)}, ${on}`
}
