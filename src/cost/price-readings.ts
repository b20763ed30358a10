import type { Prices } from './prices.ts'

/** Some prices of one region, as somebody read them in AWS's Price List and published them. */
export interface PriceReading {
  /** The day they were read, not that of the list, which says since when it is in force. */
  readonly on: string
  /** Where that is published: GitHub repository and path. */
  readonly from: string
  readonly prices: Partial<Prices>
}

/**
 * Each price beside who read it and when. AWS's Price List itself, by which to check and renew them, needs no account:
 * `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<service>/current/<region>/index.json`, the services being
 * AWSQueueService, AmazonS3, AmazonDynamoDB, AWSDataTransfer, AmazonECS and AWSLambda. It was out of reach when this was
 * written: these are others' readings of it, found in November 2026; where there were second ones (of Frankfurt up to 9
 * October) they said the same. DynamoDB's units cost twice as much before November 2024.
 */
export const PRICE_READINGS: { readonly [region: string]: readonly PriceReading[] } = {
  'us-east-1': [
    {
      on: '2026-09-29',
      from: 'imiancrook/GitDAM docs/financials/infra_model.py',
      prices: {
        sqsPerMillionRequests: 0.4, // of a standard queue; of a FIFO queue 0.5
        s3PerThousandWrites: 0.005, // PUT, COPY, POST, LIST
        s3PerThousandReads: 0.0004, // GET and all others
        s3PerGbMonth: 0.023,
        dynamodbPerMillionWriteUnits: 0.625,
        dynamodbPerMillionReadUnits: 0.125,
        dynamodbPerGbMonth: 0.25,
        transferPerGb: 0.09,
        fargatePerVcpuHour: 0.04048,
        fargatePerGbHour: 0.004445,
        lambdaPerGbSecond: 0.0000166667,
        lambdaPerMillionRequests: 0.2,
      },
    },
  ],
  'eu-west-1': [
    {
      on: '2026-10-04',
      from: 'henderjm/world-cup-sweepstake docs/costs/aws-ireland-rates.json',
      prices: {
        s3PerThousandWrites: 0.005,
        s3PerThousandReads: 0.0004,
        s3PerGbMonth: 0.023,
        dynamodbPerMillionWriteUnits: 0.705,
        dynamodbPerMillionReadUnits: 0.1415,
        dynamodbPerGbMonth: 0.283,
        transferPerGb: 0.09,
        fargatePerVcpuHour: 0.04048,
        fargatePerGbHour: 0.004445,
        lambdaPerGbSecond: 0.0000166667,
        lambdaPerMillionRequests: 0.2,
      },
    },
    { on: '2026-09-16', from: 'GodNoden/aggora deploy/README.md', prices: { sqsPerMillionRequests: 0.4 } },
  ],
  'eu-central-1': [
    {
      on: '2026-09-11',
      from: 'Bayashat/zerde-serverless-bot docs/MEMORY_V2_COST_MONITOR.md',
      prices: {
        sqsPerMillionRequests: 0.4,
        dynamodbPerMillionWriteUnits: 0.7625,
        dynamodbPerMillionReadUnits: 0.1525,
        dynamodbPerGbMonth: 0.306,
      },
    },
    {
      on: '2026-09-03',
      from: 'ideasets-workspace/playmusicprompts docs/research/2026-09-03-reuse-slice-a-source-register.md',
      prices: {
        s3PerThousandWrites: 0.0054,
        s3PerThousandReads: 0.00043,
        s3PerGbMonth: 0.0245,
        transferPerGb: 0.09,
      },
    },
    {
      on: '2026-08-12',
      from:
        'rumblefishdev/stellar-prices-api lore/1-tasks/archive/' +
        '0180_RESEARCH_settle-undocumented-discord-and-aws-behaviours/notes/R-all-in-per-call-cost.md',
      prices: { lambdaPerGbSecond: 0.0000166667, lambdaPerMillionRequests: 0.2 },
    },
    {
      on: '2026-08-05',
      from:
        'Knaeckebrothero/Superhuman-Remote-Worker ' +
        'orchestrator/database/migrations/app/0082_usage_cloud_rate_cards.sql',
      prices: { fargatePerVcpuHour: 0.04656, fargatePerGbHour: 0.00511 },
    },
  ],
}
