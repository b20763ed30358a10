import type { AwsLike } from '../aws-like.ts'
import type { EmbeddedClock } from '../clock.ts'
import { answerJson, JsonError, type JsonOperation, type JsonProtocol } from '../json-protocol.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import { accountOperations } from './account-operations.ts'
import { batchGetOperation } from './batch-get.ts'
import { batchWriteOperation } from './batch-write.ts'
import type { DynamoDbContext } from './context.ts'
import { firstTable } from './first-table.ts'
import { getItemOperation } from './get-item.ts'
import { createItems } from './items.ts'
import { notOfferedOperations } from './not-offered.ts'
import { queryOperation } from './query.ts'
import { createRows } from './rows.ts'
import { scanOperation } from './scan.ts'
import { schema } from './schema.ts'
import { createSweep } from './sweep.ts'
import { tableOperations } from './table-operations.ts'
import { createTables } from './tables.ts'
import { tagOperations } from './tags.ts'
import { timeToLiveOperations } from './time-to-live.ts'
import { transactGetOperation } from './transact-get.ts'
import { transactWriteOperation } from './transact-write.ts'
import { updateTableOperation } from './update-table.ts'
import { writeOperations } from './write-operations.ts'

export interface DynamoDb extends Service {
  /** For `/_turnaround/state`. */
  state(): TableState[]
  /** Stops the sweep. */
  stop(): void
}

export interface TableState {
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly items: number
  readonly bytes: number
}

export interface DynamoDbOptions {
  readonly store: Store
  readonly clock: EmbeddedClock
  /** Throttles a share of the calls and leaves parts of batches unprocessed. Default: off. */
  readonly awsLike?: AwsLike
  /** Told of faults that no request can be answered with. */
  readonly onError: (error: unknown) => void
}

const longestRequestBytes = 16 * 1024 * 1024

/**
 * Amazon DynamoDB: tables with indexes, items, expressions, batches, transactions, TTL. Every change is in the store
 * before its request is answered. What is not here: see `notOffered`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
 */
export function createDynamoDb({ store, clock, awsLike, onError }: DynamoDbOptions): DynamoDb {
  store.database.exec(schema)
  const tables = createTables(store, clock)
  const items = createItems(store)
  const sweep = createSweep({ store, clock, tables, items }, onError)
  const context: DynamoDbContext = {
    store,
    clock,
    tables,
    items,
    rows: createRows(store),
    awsLike,
    creating: new Set(),
    wakeSweep: () => sweep.wake(),
  }
  const operations = new Map<string, JsonOperation>([
    ...Object.entries(tableOperations(context)),
    ...Object.entries(tagOperations(context)),
    ...Object.entries(timeToLiveOperations(context)),
    ...Object.entries(accountOperations(context)),
    ...Object.entries(writeOperations(context)),
    ['UpdateTable', updateTableOperation(context)],
    ['GetItem', getItemOperation(context)],
    ['Query', queryOperation(context)],
    ['Scan', scanOperation(context)],
    ['BatchGetItem', batchGetOperation(context)],
    ['BatchWriteItem', batchWriteOperation(context)],
    ['TransactGetItems', transactGetOperation(context)],
    ['TransactWriteItems', transactWriteOperation(context)],
    ...notOfferedOperations(),
  ])
  const protocol: JsonProtocol = {
    service: 'dynamodb',
    contentType: 'application/x-amz-json-1.0',
    limitBytes: longestRequestBytes,
    operations,
    resource: firstTable,
    refusal: ({ kind, message, status }) =>
      kind === 'throttle'
        ? new JsonError(
            status ?? 400,
            'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
            message,
          )
        : new JsonError(status ?? 500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', message),
  }

  return {
    handle: (request) => answerJson(protocol, request),
    state: () =>
      [...tables.all()].map(({ id, accountId, region, name }) => ({
        account_id: accountId,
        region,
        name,
        ...tables.counts(id),
      })),
    stop: () => sweep.stop(),
  }
}
