import type { JsonOperation } from '../json-protocol.ts'
import { addUsage, consumedCapacity, readUnits, readUsage, returnConsumedCapacity, type Usage } from './capacity.ts'
import { doneOf, type DynamoDbContext, operation, throttle, useTable } from './context.ts'
import { keyText, readKey } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { flag, list, map, required, structure } from './members.ts'
import { attributesToGet, projectionMembers, readProjection } from './read.ts'
import { tableNames } from './table-members.ts'
import type { Item } from './values/attribute-value.ts'
import { readItem } from './values/read-item.ts'
import { ValidationError } from './values/validation-error.ts'
import { attributes } from './write.ts'

const mostKeys = 100
const longestAnswer = 16 * 1024 * 1024

const keysAndAttributes = structure(
  {
    Keys: required(list(attributes, { min: 1, max: mostKeys })),
    AttributesToGet: attributesToGet,
    ConsistentRead: flag,
    ...projectionMembers,
  },
  'KeysAndAttributes',
)

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export function batchGetOperation(context: DynamoDbContext): JsonOperation {
  return operation(
    {
      ReturnConsumedCapacity: returnConsumedCapacity,
      RequestItems: required(map(keysAndAttributes, { min: 1, keys: tableNames })),
    },
    ({ RequestItems, ReturnConsumedCapacity }, { caller }) => {
      const requests = Object.entries(RequestItems).map(([name, request]) => ({
        name,
        request,
        projection: readProjection(request),
        keys: request.Keys.map(readItem),
      }))
      if (requests.reduce((sum, { keys }) => sum + keys.length, 0) > mostKeys) {
        throw new ValidationError('Too many items requested for the BatchGetItem call')
      }
      const reads = requests.map(({ name, request, projection, keys }) => {
        const table = useTable(context, caller, name)
        const itemKeys = keys.map((key) => readKey(table, key))
        if (new Set(itemKeys.map(keyText)).size < keys.length) {
          throw new ValidationError('Provided list of item keys contains duplicates')
        }
        if (projection !== undefined) checkKeyPaths(table, projection.paths)
        return { name, request, projection, table, itemKeys }
      })
      throttle(context)

      let bytes = 0
      const responses = Object.create(null) as Record<string, Item[]>
      const unprocessed = Object.create(null) as Record<string, object>
      const capacities: (object | undefined)[] = []
      for (const { name, request, projection, table, itemKeys } of reads) {
        const left: object[] = []
        let usage: Usage | undefined
        responses[name] = []
        const done = doneOf(context, 'get', itemKeys.length)
        for (const [at, key] of itemKeys.entries()) {
          const found = at < done ? context.items.get(table, key) : undefined
          const size = found?.size ?? 0
          if (at >= done || bytes + size > longestAnswer) {
            left.push(request.Keys[at])
            continue
          }
          bytes += size
          usage = addUsage(usage, readUsage(readUnits(size, request.ConsistentRead ?? false)))
          if (found !== undefined) responses[name].push(projection?.project(found.item) ?? found.item)
        }
        if (left.length > 0) unprocessed[name] = { ...request, Keys: left }
        capacities.push(consumedCapacity(ReturnConsumedCapacity, table, () => usage ?? readUsage(0)))
      }
      const consumed = capacities.filter((each) => each !== undefined)
      return {
        Responses: responses,
        UnprocessedKeys: unprocessed,
        ConsumedCapacity: consumed.length > 0 ? consumed : undefined,
      }
    },
  )
}
