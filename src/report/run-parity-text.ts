import type { RunParityDocument } from '../compare/run-parity.ts'
import { alignColumns } from './columns.ts'
import { countRows, sideRows, timingRows } from './run-parity-rows.ts'

const MARKS = { same: '✔', differs: '✖', inconclusive: '■' } as const

/** For the terminal: verdict, counts, timings with their warning. */
export function renderRunParityText(document: RunParityDocument): string {
  const { verdict, verdict_reason: why, a, b } = document
  const sides = sideRows(document).filter(([name]) => name !== 'verdict' && name !== 'digest')
  const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`.trimEnd())
  return [
    '',
    `  ${MARKS[verdict]} ${verdict}  ${document.scenario}, seed ${document.seed}: ${why}`,
    '',
    ...sides.map(([name, left, right]) => `  ${name.padEnd(14)}a  ${left}\n${' '.repeat(16)}b  ${right}`),
    '',
    ...indent(alignColumns([['counts', `a ${a.environment}`, `b ${b.environment}`, ''], ...countRows(document)])),
    '',
    ...indent(alignColumns([['timings', 'a', 'b', 'b to a'], ...timingRows(document)])),
    `  ${document.warning}`,
    '',
  ].join('\n')
}
