import type { RunParityDocument } from '../compare/run-parity.ts'
import { formatCount, formatMs, formatRate, formatRatio } from './format.ts'

/** The tables of a parity run, as text: the terminal and the page show the same. */
export function sideRows({ a, b }: RunParityDocument): string[][] {
  return [
    ['environment', a.environment, b.environment],
    ['endpoint', a.endpoint ?? 'AWS’s own', b.endpoint ?? 'AWS’s own'],
    ['jobs done by', a.hosts, b.hosts],
    ['run', a.run_id, b.run_id],
    ['verdict', `${a.verdict}: ${a.verdict_reason}`, `${b.verdict}: ${b.verdict_reason}`],
    ['digest', a.digest ?? 'none', b.digest ?? 'none'],
  ]
}

export function countRows({ counts }: RunParityDocument): string[][] {
  return counts.map(({ name, a, b }) => [name, formatCount(a), formatCount(b), a === b ? '' : 'differs'])
}

export function timingRows({ timings }: RunParityDocument): string[][] {
  return timings.map(({ name, unit, a, b, ratio }) => {
    const format = unit === 'ms' ? formatMs : (value: number | null) => formatRate(value, 'jobs')
    return [name, format(a), format(b), ratio === null ? '—' : formatRatio(b!, a!)]
  })
}
