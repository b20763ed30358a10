import { MAX_RECEIVES } from '../jobs/messages.ts'
import type { ResourceNames } from './names.ts'

/** One AWS call, as data: the SDK makes it, and so does `awslocal --cli-input-json` in an emulator's init hook. */
export interface ResourceCall {
  /** As the AWS CLI names it. */
  readonly service: 'sqs' | 's3api' | 'dynamodb'
  /** AWS's name, e.g. `CreateQueue`. */
  readonly operation: ResourceOperation
  readonly input: object
  /** What an answer says where it was done before. */
  readonly doneBefore?: RegExp
}

export type ResourceOperation =
  | 'CreateQueue'
  | 'SetQueueAttributes'
  | 'CreateBucket'
  | 'PutBucketVersioning'
  | 'PutBucketLifecycleConfiguration'
  | 'PutPublicAccessBlock'
  | 'CreateTable'
  | 'UpdateTimeToLive'
  | 'TagQueue'
  | 'PutBucketTagging'
  | 'TagResource'

export interface Place {
  readonly names: ResourceNames
  readonly region: string
  readonly account: string
  readonly queueUrl: (name: string) => string
  /** For the bill, see `resource-tags.ts`; default: none. Setting them again replaces their values. */
  readonly tags?: { readonly [name: string]: string }
}

const DAY_SECONDS = 24 * 3600
/** Run data is kept as long as its rows in the job table are, and some days more. */
export const DATA_DAYS = 21

/**
 * The one definition of what a run uses: the calls that make it, in order, each of them harmless when repeated.
 * Queue retention 7 days, DLQ 14; run data expires, results are versioned and kept (design.md sections 5 and 6).
 */
export function resourceCalls(place: Place): ResourceCall[] {
  const { names, region } = place
  return [
    ...queueCalls(place),
    ...bucketCalls(names.data, region),
    ...bucketCalls(names.results, region),
    { service: 's3api', operation: 'PutBucketLifecycleConfiguration', input: expiry(names.data) },
    {
      service: 's3api',
      operation: 'PutBucketVersioning',
      input: { Bucket: names.results, VersioningConfiguration: { Status: 'Enabled' } },
    },
    ...tableCalls(names.jobs),
    ...tagCalls(place),
  ]
}

/** Created bare and then set, because creating an existing queue with other attributes is an error. */
function queueCalls({ names, region, account, queueUrl }: Place): ResourceCall[] {
  const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${names.dlq}`
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES })
  // Hosts set the visibility of what they receive themselves.
  const common = { MessageRetentionPeriod: String(7 * DAY_SECONDS), VisibilityTimeout: '120' }
  const attributes: readonly (readonly [string, Record<string, string>])[] = [
    [names.dlq, { MessageRetentionPeriod: String(14 * DAY_SECONDS) }],
    [names.incoming, { ...common, RedrivePolicy }],
    [names.outgoing, common],
  ]
  return attributes.flatMap(([name, Attributes]) => [
    { service: 'sqs', operation: 'CreateQueue', input: { QueueName: name } },
    { service: 'sqs', operation: 'SetQueueAttributes', input: { QueueUrl: queueUrl(name), Attributes } },
  ])
}

function bucketCalls(Bucket: string, region: string): ResourceCall[] {
  const elsewhere = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }
  const closed = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
  return [
    {
      service: 's3api',
      operation: 'CreateBucket',
      input: { Bucket, ...elsewhere },
      doneBefore: /BucketAlreadyOwnedByYou/,
    },
    {
      service: 's3api',
      operation: 'PutPublicAccessBlock',
      input: { Bucket, PublicAccessBlockConfiguration: closed },
    },
  ]
}

function expiry(Bucket: string): object {
  const rule = {
    ID: 'run-data-expires',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { Days: DATA_DAYS },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  }
  return { Bucket, LifecycleConfiguration: { Rules: [rule] } }
}

function tableCalls(TableName: string): ResourceCall[] {
  return [
    {
      service: 'dynamodb',
      operation: 'CreateTable',
      input: {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'partition', AttributeType: 'S' },
          { AttributeName: 'job_id', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'partition', KeyType: 'HASH' },
          { AttributeName: 'job_id', KeyType: 'RANGE' },
        ],
      },
      doneBefore: /ResourceInUseException/,
    },
    {
      service: 'dynamodb',
      operation: 'UpdateTimeToLive',
      input: { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires_at' } },
      doneBefore: /TimeToLive is already enabled/,
    },
  ]
}

function tagCalls({ names, region, account, queueUrl, tags }: Place): ResourceCall[] {
  if (tags === undefined) return []
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return [
    ...[names.dlq, names.incoming, names.outgoing].map((name) => ({
      service: 'sqs' as const,
      operation: 'TagQueue' as const,
      input: { QueueUrl: queueUrl(name), Tags: tags },
    })),
    ...[names.data, names.results].map((Bucket) => ({
      service: 's3api' as const,
      operation: 'PutBucketTagging' as const,
      input: { Bucket, Tagging: { TagSet } },
    })),
    {
      service: 'dynamodb',
      operation: 'TagResource',
      input: { ResourceArn: `arn:aws:dynamodb:${region}:${account}:table/${names.jobs}`, Tags: TagSet },
    },
  ]
}
