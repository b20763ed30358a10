import { oneLine } from './columns.ts'
import { formatCount, formatMs } from './format.ts'
import { formatShare } from './traffic-format.ts'
import type { Measure, Verdict } from '../engine/verdict.ts'

export interface VerdictView {
  readonly mark: string
  readonly style: 'green' | 'yellow' | 'red'
  readonly state: Verdict['state']
  /** What it means for the figures below it. */
  readonly sentence: string
  /** What made it that: measures beyond their limits, or what is missing. */
  readonly details: readonly string[]
}

const LOOKS: Readonly<Record<Verdict['state'], Pick<VerdictView, 'mark' | 'style'>>> = {
  valid: { mark: '✔', style: 'green' },
  saturated: { mark: '▲', style: 'yellow' },
  incomplete: { mark: '✖', style: 'red' },
  aborted: { mark: '■', style: 'yellow' },
}

/** A verdict in words; the same in the terminal, in Markdown and in JUnit. */
export function viewVerdict(verdict: Verdict): VerdictView {
  return { ...LOOKS[verdict.state], state: verdict.state, sentence: sentenceOf(verdict), details: detailsOf(verdict) }
}

function sentenceOf(verdict: Verdict): string {
  // Shards keep the kind of the stop before its text: signal, threshold, budget or limit; or that it was refused.
  if (verdict.state === 'aborted')
    return oneLine(verdict.reason.replace(/^(?:signal|refused|threshold|budget|limit): /, ''))
  if (verdict.state === 'incomplete') return 'figures are missing: what is here must not be taken for the whole'
  if (verdict.state === 'saturated')
    return 'the generator was the bottleneck: the figures say more of it than of the target'
  return 'the generator kept up, and nothing is missing'
}

function detailsOf(verdict: Verdict): readonly string[] {
  if (verdict.state === 'valid') return []
  return verdict.state === 'incomplete' ? verdict.reasons.map(oneLine) : verdict.exceeded.map(describeMeasure)
}

/** `event-loop delay p99 14.2 ms, limit 10 ms (thread 0)` */
export function describeMeasure(measure: Measure): string {
  const { title, value, limit } = viewMeasure(measure)
  return `${title} ${value}, limit ${limit}${measure.where === '' ? '' : ` (${oneLine(measure.where)})`}`
}

/** The same in parts, for tables. */
export function viewMeasure({ name, value, limit }: Measure) {
  const { title, format } = MEASURES[name]
  return { title, value: format(value), limit: format(limit) }
}

const percent = (share: number) => formatShare(share, 1)

const MEASURES: Readonly<Record<Measure['name'], { title: string; format: (value: number) => string }>> = {
  schedule_slip_p99_ms: { title: 'schedule slip p99', format: formatMs },
  dropped_starts: { title: 'dropped starts', format: formatCount },
  event_loop_delay_max_ms: { title: 'longest event-loop delay', format: formatMs },
  event_loop_delay_p99_ms: { title: 'event-loop delay p99', format: formatMs },
  cpu_share: { title: 'CPU', format: percent },
  gc_share: { title: 'garbage collection', format: percent },
  open_files: { title: 'open files', format: formatCount },
  refused_sockets: { title: 'refused sockets', format: formatCount },
}
