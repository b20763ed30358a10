/**
 * Public list prices of one region, US dollars, without free tiers, discounts and tax. Standard queues and storage, the
 * first tier of each, DynamoDB on demand, Linux on x86.
 */
export interface Prices {
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

/**
 * The list as known in that month. DynamoDB's and Fargate's of us-east-1 were found on public pages; the rest was written
 * from memory and has not been held against AWS's pages below yet: estimates say so.
 */
export const PRICES_AS_OF = '2025-12-01'

/** Where they can be read, and held against AWS's own when they seem old. */
export const PRICE_SOURCES = [
  'https://aws.amazon.com/sqs/pricing/',
  'https://aws.amazon.com/s3/pricing/',
  'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  'https://aws.amazon.com/fargate/pricing/',
  'https://aws.amazon.com/lambda/pricing/',
  'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
] as const

const UNITED_STATES: Prices = {
  sqsPerMillionRequests: 0.4,
  s3PerThousandWrites: 0.005,
  s3PerThousandReads: 0.0004,
  s3PerGbMonth: 0.023,
  dynamodbPerMillionWriteUnits: 0.625,
  dynamodbPerMillionReadUnits: 0.125,
  dynamodbPerGbMonth: 0.25,
  transferPerGb: 0.09,
  fargatePerVcpuHour: 0.04048,
  fargatePerGbHour: 0.004445,
  lambdaPerGbSecond: 0.0000166667,
  lambdaPerMillionRequests: 0.2,
}

const PRICES: { readonly [region: string]: Prices } = {
  'us-east-1': UNITED_STATES,
  'eu-west-1': {
    ...UNITED_STATES,
    dynamodbPerMillionWriteUnits: 0.705,
    dynamodbPerMillionReadUnits: 0.1415,
    dynamodbPerGbMonth: 0.283,
  },
  'eu-central-1': {
    ...UNITED_STATES,
    s3PerThousandWrites: 0.0054,
    s3PerThousandReads: 0.00043,
    s3PerGbMonth: 0.0245,
    dynamodbPerMillionWriteUnits: 0.7625,
    dynamodbPerMillionReadUnits: 0.1525,
    dynamodbPerGbMonth: 0.306,
    fargatePerVcpuHour: 0.04656,
    fargatePerGbHour: 0.00511,
  },
}

/** The dearest we know stands in for regions we don't: an estimate that guards should not be too low. */
const STAND_IN = 'eu-central-1'

/** `of` is the region whose prices they are, which is said wherever it is another one. */
export function pricesFor(region: string): { readonly of: string; readonly prices: Prices } {
  const of = Object.hasOwn(PRICES, region) ? region : STAND_IN
  return { of, prices: PRICES[of] }
}

export const pricedRegions: readonly string[] = Object.keys(PRICES)
