import { pricesFor, type Prices } from './prices.ts'
import { usageOf, type PaidHost, type Usage, type Work } from './usage.ts'

/** What a run costs at AWS's list prices. An estimate in either case: AWS's own bill has the last word. */
export interface Cost {
  /** What the quantities were reckoned from: what is planned, or what was done. */
  readonly estimated_from: 'plan' | 'run'
  /** False where no AWS was used: it would have cost this there. */
  readonly is_billed: boolean
  readonly region: string
  /** Another region than the run's where there are no prices for that. */
  readonly prices_of: string
  /** The day of the oldest price among them. */
  readonly prices_as_of: string
  readonly host: PaidHost
  readonly lines: readonly CostLine[]
  readonly dollars: number
  /** Null where there was no job. */
  readonly dollars_per_job: number | null
  readonly dollars_per_thousand_jobs: number | null
}

export interface CostLine {
  readonly service: string
  /** e.g. `requests`. */
  readonly unit: string
  readonly quantity: number
  readonly dollars: number
}

const MILLION = 1e6
const THOUSAND = 1e3

/** What each quantity is called and costs. Lines of nothing are left out. */
const LINES: readonly {
  readonly usage: keyof Usage
  readonly service: string
  readonly unit: string
  readonly price: keyof Prices
  readonly per?: number
}[] = [
  { usage: 'sqsRequests', service: 'SQS', unit: 'requests', price: 'sqsPerMillionRequests', per: MILLION },
  { usage: 's3Writes', service: 'S3', unit: 'writes', price: 's3PerThousandWrites', per: THOUSAND },
  { usage: 's3Reads', service: 'S3', unit: 'reads', price: 's3PerThousandReads', per: THOUSAND },
  { usage: 's3GbMonths', service: 'S3', unit: 'GB-months', price: 's3PerGbMonth' },
  {
    usage: 'dynamodbWriteUnits',
    service: 'DynamoDB',
    unit: 'write units',
    price: 'dynamodbPerMillionWriteUnits',
    per: MILLION,
  },
  {
    usage: 'dynamodbReadUnits',
    service: 'DynamoDB',
    unit: 'read units',
    price: 'dynamodbPerMillionReadUnits',
    per: MILLION,
  },
  { usage: 'dynamodbGbMonths', service: 'DynamoDB', unit: 'GB-months', price: 'dynamodbPerGbMonth' },
  { usage: 'transferGb', service: 'Transfer', unit: 'GB to the internet', price: 'transferPerGb' },
  { usage: 'fargateVcpuHours', service: 'Fargate', unit: 'vCPU-hours', price: 'fargatePerVcpuHour' },
  { usage: 'fargateGbHours', service: 'Fargate', unit: 'GB-hours', price: 'fargatePerGbHour' },
  { usage: 'lambdaGbSeconds', service: 'Lambda', unit: 'GB-seconds', price: 'lambdaPerGbSecond' },
  { usage: 'lambdaRequests', service: 'Lambda', unit: 'requests', price: 'lambdaPerMillionRequests', per: MILLION },
]

export function costOf(
  work: Work,
  where: { readonly region: string; readonly isBilled: boolean; readonly from: Cost['estimated_from'] },
): Cost {
  const { of, asOf, prices } = pricesFor(where.region)
  const usage = usageOf(work)
  const lines = LINES.filter((line) => usage[line.usage] > 0).map(({ usage: name, service, unit, price, per = 1 }) => ({
    service,
    unit,
    quantity: usage[name],
    dollars: (usage[name] / per) * prices[price],
  }))
  const dollars = lines.reduce((sum, line) => sum + line.dollars, 0)
  const perJob = work.jobs > 0 ? dollars / work.jobs : null
  return {
    estimated_from: where.from,
    is_billed: where.isBilled,
    region: where.region,
    prices_of: of,
    prices_as_of: asOf,
    host: work.host,
    lines,
    dollars,
    dollars_per_job: perJob,
    dollars_per_thousand_jobs: perJob === null ? null : perJob * THOUSAND,
  }
}
