import { PRICE_READINGS } from './price-readings.ts'

/**
 * Public list prices of one region, US dollars, without free tiers, discounts and tax. Standard queues and storage, the
 * first tier of each, DynamoDB on demand, Linux on x86.
 */
export interface Prices {
  /** Of up to 64 KB each. */
  readonly sqsPerMillionRequests: number
  readonly s3PerThousandWrites: number
  readonly s3PerThousandReads: number
  readonly s3PerGbMonth: number
  readonly dynamodbPerMillionWriteUnits: number
  readonly dynamodbPerMillionReadUnits: number
  readonly dynamodbPerGbMonth: number
  /** From AWS to the internet. */
  readonly transferPerGb: number
  readonly fargatePerVcpuHour: number
  readonly fargatePerGbHour: number
  readonly lambdaPerGbSecond: number
  readonly lambdaPerMillionRequests: number
}

export interface PriceList {
  /** The region whose prices they are; to be said wherever it is another than the one asked for. */
  readonly of: string
  /** The day of the oldest reading among them: `2026-09-29`. */
  readonly asOf: string
  readonly prices: Prices
}

/** AWS's own pages of them. */
export const PRICE_SOURCES = [
  'https://aws.amazon.com/sqs/pricing/',
  'https://aws.amazon.com/s3/pricing/',
  'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  'https://aws.amazon.com/fargate/pricing/',
  'https://aws.amazon.com/lambda/pricing/',
  'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
] as const

/** The dearest we know stands in for regions we don't: an estimate that guards should not be too low. */
const STAND_IN = 'eu-central-1'

export const pricedRegions: readonly string[] = Object.keys(PRICE_READINGS)

const LISTS = new Map(pricedRegions.map((region) => [region, listOf(region)]))

export function pricesFor(region: string): PriceList {
  return LISTS.get(region) ?? LISTS.get(STAND_IN)!
}

/** A region's readings have each price once, all together: a test holds them to it. */
function listOf(of: string): PriceList {
  const readings = PRICE_READINGS[of]
  const [asOf] = readings.map(({ on }) => on).sort()
  return { of, asOf, prices: Object.assign({}, ...readings.map(({ prices }) => prices)) as Prices }
}
