import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  type ScalarAttributeType,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { ContractEnvironment } from '../contract-environment.ts'

export type Item = Record<string, AttributeValue>

/** A table of one behaviour's own, gone with it. */
export interface Table {
  readonly name: string
  put(item: Item, more?: Partial<PutItemCommandInput>): Promise<PutItemCommandOutput>
  get(key: Item): Promise<Item | undefined>
  update(key: Item, UpdateExpression: string, more?: Partial<UpdateItemCommandInput>): Promise<UpdateItemCommandOutput>
  query(more: Partial<QueryCommandInput>): Promise<QueryCommandOutput>
}

const ACTIVE_SECONDS = 60

/** On demand; its keys are the string `id`, and the second of `keys` where there is one. */
export async function createTable(
  aws: ContractEnvironment,
  keys: Readonly<Record<string, ScalarAttributeType>> = { id: 'S' },
  more: Partial<CreateTableCommandInput> = {},
): Promise<Table> {
  const { dynamodb } = aws.clients
  const TableName = aws.name()
  await dynamodb.send(
    new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableKeys(keys), ...more }),
  )
  aws.cleanUp(() => dynamodb.send(new DeleteTableCommand({ TableName })))
  const patience = { client: dynamodb, maxWaitTime: ACTIVE_SECONDS, minDelay: 1, maxDelay: 2 }
  await waitUntilTableExists(patience, { TableName })

  return {
    name: TableName,
    put: (Item, options) => dynamodb.send(new PutItemCommand({ TableName, Item, ...options })),
    get: async (Key) => (await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item,
    update: (Key, UpdateExpression, options) =>
      dynamodb.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ...options })),
    query: (options) => dynamodb.send(new QueryCommand({ TableName, ...options })),
  }
}

/** The first is the partition key, the second the sort key. */
export function tableKeys(keys: Readonly<Record<string, ScalarAttributeType>>) {
  const names = Object.keys(keys)
  return {
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: keys[AttributeName] })),
    KeySchema: names.map((AttributeName, i) => ({
      AttributeName,
      KeyType: i === 0 ? ('HASH' as const) : ('RANGE' as const),
    })),
  }
}

/** `{ id: { S: … } }`, and more. */
export function item(id: string, more: Item = {}): Item {
  return { id: { S: id }, ...more }
}

/** For createTable: a global index `by-colour` on the string `colour` and the number `size`, of keys only. */
export const indexedByColour: Partial<CreateTableCommandInput> = {
  AttributeDefinitions: tableKeys({ id: 'S', colour: 'S', size: 'N' }).AttributeDefinitions,
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-colour',
      KeySchema: tableKeys({ colour: 'S', size: 'N' }).KeySchema,
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
}
