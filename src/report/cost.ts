import type { Cost, CostLine } from '../cost/cost-of.ts'
import { formatCount, NOTHING } from './format.ts'

/** What is paid, in two or three sentences for a summary. Says that it is an estimate, and whose prices it uses. */
export function costSentences(cost: Cost): string[] {
  const total = formatDollars(cost.dollars)
  const perThousand = `${formatDollars(cost.dollars_per_thousand_jobs)} per 1,000 jobs`
  const amount = cost.is_billed
    ? `about ${total}, ${perThousand}`
    : `nothing here; on AWS about ${total}, ${perThousand}`
  return [
    amount,
    `estimated from the ${cost.estimated_from}, rather high; list prices of ${pricesOf(cost)}; ${hostOf(cost)}`,
  ]
}

/** `SQS  780 requests  $0.0003`: quantities and dollars, a row each. */
export function costRows({ lines }: Cost): string[][] {
  return lines.map((line) => [line.service, formatQuantity(line), line.unit, formatDollars(line.dollars)])
}

/** Cents for large amounts, two digits that say something for small ones: `$12.40`, `$0.0031`. */
export function formatDollars(dollars: number | null): string {
  if (dollars === null || !Number.isFinite(dollars)) return NOTHING
  if (dollars === 0) return '$0'
  if (dollars >= 0.995)
    return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  if (dollars < 0.000001) return '< $0.000001'
  return `$${Number(dollars.toPrecision(2)).toFixed(Math.min(7, Math.max(2, 1 - Math.floor(Math.log10(dollars)))))}`
}

function formatQuantity({ quantity }: CostLine): string {
  return quantity >= 100
    ? formatCount(quantity)
    : quantity >= 0.0001
      ? String(Number(quantity.toPrecision(2)))
      : '< 0.0001'
}

function pricesOf({ region, prices_of: of, prices_as_of: asOf }: Cost): string {
  return of === region ? `${of}, ${asOf}` : `${of}, ${asOf} (${region} is not in the table)`
}

const HOSTS: { readonly [Host in Cost['host']]: string } = {
  threads: 'the hosts are threads of one’s own and not on the bill',
  container: 'hosts by the jobs’ work alone on Fargate, idle tasks come on top',
  lambda: 'hosts as Lambda functions of 1,769 MB',
}

function hostOf({ host }: Cost): string {
  return HOSTS[host]
}
