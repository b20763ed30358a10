import { CreateTableCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { makeClients, type Clients } from '../src/environment/make-clients.ts'
import { quickSigner } from '../src/environment/quick-signer.ts'
import type { ServiceName } from './aws-servers.ts'

/** One kind of call: made again and again; answers how much it has done (messages, objects, items). */
export interface Calls {
  readonly figure: string
  readonly service: ServiceName
  readonly once: (number: number) => Promise<number>
  /** How many calls must have been made before, so that there is something to receive, get or update. */
  readonly prepare?: () => Promise<void>
}

const BODY = JSON.stringify({ job_id: 'job-000001', text: 'x'.repeat(170) })
const OBJECT = Buffer.alloc(10 * 1024, 'turnaround ')
const ITEMS = 1000
const MESSAGES = 60_000
const LONGEST_PREPARATION_MS = 6000

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }

/** As Turnaround itself makes them, and the same for every server that is compared. Destroy each at the end. */
export function benchClients(endpoint: string): Promise<Clients> {
  const region = 'us-east-1'
  return makeClients({
    configuration: (service) => ({
      endpoint,
      region,
      credentials: CREDENTIALS,
      signer: quickSigner(CREDENTIALS, { region, service }),
    }),
    isPathStyle: true,
    connections: 64,
    isLocal: true,
  })
}

/** The calls of the list, in an order in which each finds what it needs. */
export async function awsCalls(
  { sqs, s3, dynamodb }: Clients,
  services: readonly ServiceName[],
): Promise<readonly Calls[]> {
  return [
    ...(services.includes('sqs') ? await sqsCalls(sqs) : []),
    ...(services.includes('s3') ? await s3Calls(s3) : []),
    ...(services.includes('dynamodb') ? await dynamodbCalls(dynamodb) : []),
  ]
}

async function sqsCalls(client: SQSClient): Promise<Calls[]> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'bench' }))
  const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: BODY }))
  let sent = 0

  async function sendBatch(): Promise<number> {
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    sent += 10
    return 10
  }

  async function receiveAndDelete(): Promise<number> {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages.length === 0) return 0
    const handles = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }))
    return Messages.length
  }

  return [
    {
      figure: 'SendMessage',
      service: 'sqs',
      once: async () => {
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody: BODY }))
        return 1
      },
    },
    { figure: 'messages sent in batches of 10', service: 'sqs', once: sendBatch },
    {
      figure: 'messages received and deleted',
      service: 'sqs',
      once: receiveAndDelete,
      prepare: () => {
        const until = performance.now() + LONGEST_PREPARATION_MS // slow senders receive slowly too
        return inFlight(async () => (sent < MESSAGES && performance.now() < until ? sendBatch() : 0), 16)
      },
    },
  ]
}

async function s3Calls(client: S3Client): Promise<Calls[]> {
  const Bucket = 'bench-objects'
  await client.send(new CreateBucketCommand({ Bucket }))
  return [
    {
      figure: 'S3 put of 10 KB',
      service: 's3',
      once: async (number) => {
        await client.send(new PutObjectCommand({ Bucket, Key: `object-${number % ITEMS}`, Body: OBJECT }))
        return 1
      },
    },
    {
      figure: 'S3 get of 10 KB',
      service: 's3',
      once: async (number) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `object-${number % 100}` }))
        await Body!.transformToByteArray()
        return 1
      },
    },
  ]
}

async function dynamodbCalls(client: DynamoDBClient): Promise<Calls[]> {
  const TableName = 'bench'
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  return [
    {
      figure: 'DynamoDB put',
      service: 'dynamodb',
      once: async (number) => {
        const Item = { id: { S: `item-${number % ITEMS}` }, state: { S: 'queued' }, note: { S: 'x'.repeat(100) } }
        await client.send(new PutItemCommand({ TableName, Item }))
        return 1
      },
    },
    {
      figure: 'DynamoDB conditional update',
      service: 'dynamodb',
      once: async (number) => {
        await client.send(
          new UpdateItemCommand({
            TableName,
            Key: { id: { S: `item-${number % 100}` } },
            UpdateExpression: 'SET #state = :done, attempt = :one',
            ConditionExpression: 'attribute_not_exists(#state) OR #state IN (:queued, :done)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':done': { S: 'done' },
              ':queued': { S: 'queued' },
              ':one': { N: '1' },
            },
          }),
        )
        return 1
      },
    },
  ]
}

/** Calls `once` from `width` places at a time until it answers 0. */
export async function inFlight(once: () => Promise<number>, width: number): Promise<void> {
  const caller = async (): Promise<void> => {
    while ((await once()) > 0);
  }
  await Promise.all(Array.from({ length: width }, caller))
}
