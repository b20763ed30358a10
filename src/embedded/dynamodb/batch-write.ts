import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { addUsage, consumedCapacity, returnConsumedCapacity, type Usage, writeUsage } from './capacity.ts'
import { doneOf, type DynamoDbContext, operation, throttle } from './context.ts'
import { KeyMismatchError } from './errors.ts'
import { itemCollectionMetrics, returnItemCollectionMetrics } from './item-collection.ts'
import { keyText } from './item-key.ts'
import { list, map, required, structure, type ValueOf } from './members.ts'
import { tableNames } from './table-members.ts'
import { ValidationError } from './values/validation-error.ts'
import { attributes, readDelete, readPut, type Write } from './write.ts'
import { change } from './write-operations.ts'

const mostRequests = 25

const writeRequest = structure(
  {
    DeleteRequest: structure({ Key: required(attributes) }, 'DeleteRequest'),
    PutRequest: structure({ Item: required(attributes) }, 'PutRequest'),
  },
  'WriteRequest',
)

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export function batchWriteOperation(context: DynamoDbContext): JsonOperation {
  const { items, tables } = context

  return operation(
    {
      ReturnConsumedCapacity: returnConsumedCapacity,
      ReturnItemCollectionMetrics: returnItemCollectionMetrics,
      RequestItems: required(
        map(list(writeRequest), { min: 1, keys: tableNames, values: { min: 1, max: mostRequests } }),
      ),
    },
    (input, { caller }) => {
      const requests = Object.entries(input.RequestItems)
      if (requests.reduce((sum, [, { length }]) => sum + length, 0) > mostRequests) {
        throw new ValidationError('Too many items requested for the BatchWriteItem call')
      }
      const batches = requests.map(([name, each]) => ({
        name,
        requests: each,
        writes: readWrites(context, caller, name, each),
      }))
      throttle(context)

      return items.write(() => {
        const unprocessed = Object.create(null) as Record<string, object[]>
        const capacities: (object | undefined)[] = []
        const metrics = Object.create(null) as Record<string, object[]>
        for (const { name, requests: given, writes } of batches) {
          const cut = doneOf(context, 'write', writes.length)
          if (cut < writes.length) unprocessed[name] = [...given.slice(cut)]
          let usage: Usage | undefined
          for (const write of writes.slice(0, cut)) {
            const old = items.get(write.table, write.key)
            const next = write.next(old)
            change(items, write, old, next)
            if (input.ReturnConsumedCapacity !== undefined) {
              usage = addUsage(usage, writeUsage(write.table, old, next))
            }
          }
          const [{ table }] = writes
          capacities.push(consumedCapacity(input.ReturnConsumedCapacity, table, () => usage!))
          const collections = writes
            .slice(0, cut)
            .map(({ keyItem }) => itemCollectionMetrics(input.ReturnItemCollectionMetrics, tables, table, keyItem))
            .filter((each) => each !== undefined)
          if (collections.length > 0) metrics[name] = collections
        }
        const consumed = capacities.filter((each) => each !== undefined)
        return {
          UnprocessedItems: unprocessed,
          ItemCollectionMetrics: Object.keys(metrics).length > 0 ? metrics : undefined,
          ConsumedCapacity: consumed.length > 0 ? consumed : undefined,
        }
      })
    },
  )
}

function readWrites(
  context: DynamoDbContext,
  world: World,
  name: string,
  requests: readonly ValueOf<typeof writeRequest>[],
): Write[] {
  const writes = requests.map(({ PutRequest: put, DeleteRequest: remove }) => {
    if ((put === undefined) === (remove === undefined)) {
      throw new ValidationError(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      )
    }
    return put === undefined
      ? readDelete(context, world, { TableName: name, Key: remove!.Key })
      : readBatchPut(context, world, name, put.Item)
  })
  if (new Set(writes.map(({ key }) => keyText(key))).size < writes.length) {
    throw new ValidationError('Provided list of item keys contains duplicates')
  }
  return writes
}

/** A key that does not fit is said in fewer words than by PutItem. */
function readBatchPut(
  context: DynamoDbContext,
  world: World,
  name: string,
  item: Readonly<Record<string, unknown>>,
): Write {
  try {
    return readPut(context, world, { TableName: name, Item: item })
  } catch (error) {
    if (!(error instanceof KeyMismatchError) || / Index Key /.test(error.message)) throw error
    throw new ValidationError('The provided key element does not match the schema')
  }
}
