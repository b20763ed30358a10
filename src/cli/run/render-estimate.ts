import { alignColumns } from '../../report/columns.ts'
import { costRows, costSentences } from '../../report/cost.ts'
import { formatBytes, formatCount, formatMs } from '../../report/format.ts'
import type { Estimate } from './estimate-run.ts'

/** An estimate for people: what is planned, what it takes of each service, what that costs. */
export function renderEstimate({ jobs, output_bytes: bytes, seconds, makes_load: isLoad, cost }: Estimate): string {
  const time = formatMs(seconds * 1000)
  const duration = isLoad ? `load for at most ${time}, its grace included` : `at least ${time}`
  const planned = `${formatCount(jobs)} jobs, ${formatBytes(bytes)} of output, ${duration}`
  const rows = alignColumns(
    costRows(cost).map(([service, quantity, unit, dollars]) => [service, quantity, unit, dollars]),
  )
  return [`  ${planned}`, ...rows.map((row) => `  ${row}`), ...costSentences(cost).map((line) => `  ${line}`), ''].join(
    '\n',
  )
}
