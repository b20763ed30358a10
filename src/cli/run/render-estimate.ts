import { alignColumns } from '../../report/columns.ts'
import { costRows, costSentences } from '../../report/cost.ts'
import { formatBytes, formatCount, formatMs } from '../../report/format.ts'
import type { Estimate } from './estimate-run.ts'

/** An estimate for people: what is planned, what it takes of each service, what that costs. */
export function renderEstimate({ jobs, output_bytes: bytes, seconds, cost }: Estimate): string {
  const planned = `${formatCount(jobs)} jobs, ${formatBytes(bytes)} of output, at least ${formatMs(seconds * 1000)}`
  const rows = alignColumns(
    costRows(cost).map(([service, quantity, unit, dollars]) => [service, quantity, unit, dollars]),
  )
  return [`  ${planned}`, ...rows.map((row) => `  ${row}`), ...costSentences(cost).map((line) => `  ${line}`), ''].join(
    '\n',
  )
}
