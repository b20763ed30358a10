import { CreateTableCommand, ResourceInUseException, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { BucketAlreadyOwnedByYou, CreateBucketCommand } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { RefusedError } from '../errors.ts'
import { MAX_RECEIVES } from '../jobs/messages.ts'
import type { StartedEnvironment } from './start-environment.ts'

const DAY_SECONDS = 24 * 3600
const TABLE_WAIT_SECONDS = 60

/**
 * Creates what a run needs, from the one definition; what exists already stays. Refuses where resources are made by a
 * deployment (RefusedError, which says why). Answers the names, for the user.
 */
export async function provision(environment: StartedEnvironment): Promise<string[]> {
  const { supported, why } = environment.capabilities.provision
  if (!supported) {
    throw new RefusedError(
      `${environment.name} is not provisioned by turnaround: ${why}. Deploy it: make deploy ENV=${environment.name}`,
    )
  }
  const { names } = environment
  await Promise.all([
    createQueues(environment),
    createBucket(environment, names.data),
    createBucket(environment, names.results),
    createTable(environment),
  ])
  return Object.values(names)
}

/** What every command does before it uses the resources: they are there, or were deployed. */
export async function provisionIfAllowed(environment: StartedEnvironment): Promise<void> {
  if (environment.capabilities.provision.supported) await provision(environment)
}

/** Queue retention 7 days, DLQ 14 (design.md section 6); hosts set the visibility of what they receive themselves. */
async function createQueues({ clients: { sqs }, names, queueUrl, region, account }: StartedEnvironment): Promise<void> {
  await createQueue(names.dlq, { MessageRetentionPeriod: String(14 * DAY_SECONDS) })
  const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${names.dlq}`
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES })
  const common = { MessageRetentionPeriod: String(7 * DAY_SECONDS), VisibilityTimeout: '120' }
  await Promise.all([createQueue(names.incoming, { ...common, RedrivePolicy }), createQueue(names.outgoing, common)])

  /** Created bare and then set, because creating an existing queue with other attributes is an error. */
  async function createQueue(name: string, Attributes: Record<string, string>): Promise<void> {
    await sqs.send(new CreateQueueCommand({ QueueName: name }))
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl(name), Attributes }))
  }
}

async function createBucket({ clients: { s3 }, region }: StartedEnvironment, Bucket: string): Promise<void> {
  const elsewhere =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }
  try {
    await s3.send(new CreateBucketCommand({ Bucket, ...elsewhere }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
  }
}

async function createTable({ clients: { dynamodb }, names }: StartedEnvironment): Promise<void> {
  const TableName = names.jobs
  try {
    await dynamodb.send(
      new CreateTableCommand({
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
      }),
    )
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: TABLE_WAIT_SECONDS, minDelay: 0.1, maxDelay: 2 },
    { TableName },
  )
}
