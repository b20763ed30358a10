import { PRICE_SOURCES } from '../../cost/prices.ts'
import type { Cost } from '../../cost/cost-of.ts'
import { costRows, costSentences, formatDollars } from '../cost.ts'
import type { Table } from './table.ts'

/** What was used of each service and what it costs, the sum and the cost of a job last. */
export function costTable(cost: Cost): Table {
  return {
    caption: 'Cost by service, estimated',
    columns: ['service', 'quantity', 'of', 'US dollars'],
    text: [2],
    rows: [
      ...costRows(cost),
      ['all', '', '', formatDollars(cost.dollars)],
      ['per job', '', '', formatDollars(cost.dollars_per_job)],
      ['per 1,000 jobs', '', '', formatDollars(cost.dollars_per_thousand_jobs)],
    ],
  }
}

export function costNote(cost: Cost): string {
  return `${costSentences(cost).join('; ')}. An estimate by formulas, not AWS's bill; prices: ${PRICE_SOURCES[0]} and the pages beside it.`
}
