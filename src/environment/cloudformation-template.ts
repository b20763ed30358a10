import { resourceNames } from './names.ts'
import { resourceCalls, type ResourceOperation } from './resource-calls.ts'
import { resourceTags } from './resource-tags.ts'

interface Resource {
  readonly Type: string
  readonly DeletionPolicy?: 'Retain'
  readonly UpdateReplacePolicy?: 'Retain'
  readonly Properties: { readonly [name: string]: unknown }
}

export interface CloudFormationTemplate {
  readonly AWSTemplateFormatVersion: string
  readonly Description: string
  readonly Parameters: { readonly [name: string]: object }
  readonly Resources: { readonly [logicalId: string]: Resource }
}

/** Filled in by CloudFormation, so that one template serves any account and region. */
const ACCOUNT = '${AWS::AccountId}'
const REGION = '${AWS::Region}'
const TEST_RUN_ID = '${TestRunId}'
const DEFAULT_TEST_RUN_ID = 'none'

/**
 * The stage's queues, buckets and table as a CloudFormation template, from the same calls that make them in an emulator.
 * Whoever deploys it gives `TestRunId`, the `PerfTestRun` tag. Results outlive the stack.
 */
export function cloudFormationTemplate(stage: string): CloudFormationTemplate {
  const names = resourceNames(stage, ACCOUNT)
  const calls = resourceCalls({ names, region: REGION, account: ACCOUNT, queueUrl: (name) => name })
  const tags = Object.entries({ ...resourceTags(stage, DEFAULT_TEST_RUN_ID), PerfTestRun: TEST_RUN_ID })
  const Tags = tags.map(([Key, Value]) => ({ Key, Value: filledIn(Value) }))
  const logicalIds = new Map(Object.entries(names).map(([role, name]) => [name, logicalId(role)]))
  const resources = new Map<string, Resource>()

  for (const { operation, input } of calls) {
    const change = translate[operation](input as Input, logicalIds)
    const id = logicalIds.get(change.name)!
    const before = resources.get(id)
    const Properties = { ...before?.Properties, ...change.properties, Tags }
    resources.set(id, { ...before, ...(change.type && { Type: change.type }), Properties } as Resource)
  }
  const results = logicalId('results')
  resources.set(results, { ...resources.get(results)!, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Turnaround: what runs on ${stage} use. Made by turnaround provision --env ${stage} --template`,
    Parameters: {
      TestRunId: { Type: 'String', Default: DEFAULT_TEST_RUN_ID, Description: 'Tag PerfTestRun, for the bill' },
    },
    Resources: Object.fromEntries(resources),
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- inputs of many AWS calls, each read by its own line below
type Input = any

interface Change {
  /** Of the queue, bucket or table. */
  readonly name: string
  readonly type?: string
  readonly properties: object
}

type Translate = (input: Input, logicalIds: ReadonlyMap<string, string>) => Change

/** A call as the properties that say the same. Tags are everybody's and added above. */
const translate: Readonly<Record<ResourceOperation, Translate>> = {
  CreateQueue: ({ QueueName }: Input) => ({
    name: QueueName,
    type: 'AWS::SQS::Queue',
    properties: { QueueName },
  }),
  SetQueueAttributes: ({ QueueUrl, Attributes }: Input, logicalIds) => {
    const { RedrivePolicy, ...numbers } = Attributes as Record<string, string>
    const properties = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]))
    return { name: QueueUrl, properties: { ...properties, ...(RedrivePolicy && redrive(RedrivePolicy, logicalIds)) } }
  },
  CreateBucket: ({ Bucket }: Input) => ({
    name: Bucket,
    type: 'AWS::S3::Bucket',
    properties: { BucketName: filledIn(Bucket) },
  }),
  PutPublicAccessBlock: ({ Bucket, PublicAccessBlockConfiguration }: Input) => ({
    name: Bucket,
    properties: { PublicAccessBlockConfiguration },
  }),
  PutBucketVersioning: ({ Bucket, VersioningConfiguration }: Input) => ({
    name: Bucket,
    properties: { VersioningConfiguration },
  }),
  PutBucketLifecycleConfiguration: ({ Bucket, LifecycleConfiguration }: Input) => ({
    name: Bucket,
    properties: { LifecycleConfiguration: { Rules: LifecycleConfiguration.Rules.map(lifecycleRule) } },
  }),
  CreateTable: ({ TableName, ...properties }: Input) => ({
    name: TableName,
    type: 'AWS::DynamoDB::Table',
    properties: { TableName, ...properties },
  }),
  UpdateTimeToLive: ({ TableName, TimeToLiveSpecification }: Input) => ({
    name: TableName,
    properties: { TimeToLiveSpecification },
  }),
  TagQueue: ({ QueueUrl }: Input) => ({ name: QueueUrl, properties: {} }),
  PutBucketTagging: ({ Bucket }: Input) => ({ name: Bucket, properties: {} }),
  TagResource: ({ ResourceArn }: Input) => ({ name: ResourceArn.split('/').at(-1), properties: {} }),
}

/** The dead-letter queue by reference, so that it is made first. */
function redrive(policy: string, logicalIds: ReadonlyMap<string, string>) {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy)
  const id = logicalIds.get(deadLetterTargetArn.split(':').at(-1))
  return { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [id, 'Arn'] }, maxReceiveCount } }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html */
function lifecycleRule({ ID, Status, Expiration, AbortIncompleteMultipartUpload }: Input) {
  return { Id: ID, Status, ExpirationInDays: Expiration.Days, AbortIncompleteMultipartUpload }
}

function filledIn(text: string): string | { readonly 'Fn::Sub': string } {
  return text.includes('${') ? { 'Fn::Sub': text } : text
}

/** `IncomingQueue`, `DataBucket`, `JobsTable`, … */
function logicalId(role: string): string {
  const kind = role === 'jobs' ? 'Table' : role === 'data' || role === 'results' ? 'Bucket' : 'Queue'
  return `${role === 'dlq' ? 'DeadLetter' : role[0].toUpperCase() + role.slice(1)}${kind}`
}
