import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { EmbeddedOptions } from '../../../src/embedded/index.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { dynamoDbClient, start } from '../start.ts'

export type Json = Record<string, unknown>
export type Item = Record<string, { S?: string; N?: string; B?: string; L?: unknown[] }>

export interface Dynamo {
  readonly endpoint: string
  readonly client: DynamoDBClient
  readonly clock: ManualClock
  stop(): Promise<void>
  /** Sends what an SDK would not: the answer as it is on the wire. */
  call(operation: string, input: unknown): Promise<{ status: number; body: Json; headers: Headers; text: string }>
  /** The answer of a call that must succeed. */
  ok(operation: string, input: unknown): Promise<Json>
  /** The call must be refused with this error. */
  refused(operation: string, input: unknown, error: string, message: string | RegExp): Promise<Json>
}

/** A server of its own, in memory, whose time only the test moves. */
export async function dynamo(t: TestContext, options: EmbeddedOptions = {}): Promise<Dynamo> {
  const clock = createManualClock()
  const { endpoint, stop } = await start(t, {
    clock,
    ...(options.dataFolder === undefined && { inMemory: true }),
    ...options,
  })

  async function call(operation: string, input: unknown): ReturnType<Dynamo['call']> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(input),
    })
    const text = await response.text()
    return { status: response.status, body: JSON.parse(text) as Json, headers: response.headers, text }
  }

  return {
    endpoint,
    client: dynamoDbClient(t, endpoint),
    clock,
    stop,
    call,
    async ok(operation, input) {
      const { status, body } = await call(operation, input)
      assert.equal(status, 200, JSON.stringify(body))
      return body
    },
    async refused(operation, input, error, message) {
      const { status, body } = await call(operation, input)
      assert.equal(String(body['__type']).split('#')[1], error, JSON.stringify(body))
      assert.equal(status, 400)
      if (typeof message === 'string') assert.equal(body['message'], message)
      else assert.match(String(body['message']), message)
      return body
    },
  }
}

/** Makes a table with the keys `p` and `s`, both strings. */
export async function makeTable(
  { client }: Pick<Dynamo, 'client'>,
  TableName = 'things',
  more: Partial<CreateTableCommandInput> = {},
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' },
        { AttributeName: 's', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'p', KeyType: 'HASH' },
        { AttributeName: 's', KeyType: 'RANGE' },
      ],
      ...more,
    }),
  )
}

export function key(p: string, s: string) {
  return { p: { S: p }, s: { S: s } }
}

export async function put({ client }: Pick<Dynamo, 'client'>, item: Record<string, never> | object): Promise<void> {
  await client.send(new PutItemCommand({ TableName: 'things', Item: item as never }))
}

/** A global index on `g` (sorted by `r`) and a local one on `r`, both of keys only unless told otherwise. */
export function indexes(projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE' = 'KEYS_ONLY'): Partial<CreateTableCommandInput> {
  const Projection = {
    ProjectionType: projection,
    ...(projection === 'INCLUDE' && { NonKeyAttributes: ['extra'] }),
  }
  return {
    AttributeDefinitions: ['p', 's', 'g', 'r'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-g',
        KeySchema: [
          { AttributeName: 'g', KeyType: 'HASH' },
          { AttributeName: 'r', KeyType: 'RANGE' },
        ],
        Projection,
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-r',
        KeySchema: [
          { AttributeName: 'p', KeyType: 'HASH' },
          { AttributeName: 'r', KeyType: 'RANGE' },
        ],
        Projection,
      },
    ],
  }
}
