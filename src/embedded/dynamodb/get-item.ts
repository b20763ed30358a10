import type { JsonOperation } from '../json-protocol.ts'
import { consumedCapacity, readUnits, readUsage, returnConsumedCapacity } from './capacity.ts'
import { type DynamoDbContext, operation, throttle, useTable } from './context.ts'
import { readKey } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { flag, required } from './members.ts'
import { attributesToGet, projectionMembers, readProjection } from './read.ts'
import { tableName } from './table-members.ts'
import { readItem } from './values/read-item.ts'
import { attributes } from './write.ts'

/** Reads are always consistent here; asking for less costs half. */
export function getItemOperation(context: DynamoDbContext): JsonOperation {
  return operation(
    {
      ReturnConsumedCapacity: returnConsumedCapacity,
      AttributesToGet: attributesToGet,
      TableName: tableName,
      Key: required(attributes),
      ConsistentRead: flag,
      ...projectionMembers,
    },
    (input, { caller }) => {
      const keyItem = readItem(input.Key)
      const projection = readProjection(input)
      const table = useTable(context, caller, input.TableName)
      const key = readKey(table, keyItem)
      if (projection !== undefined) checkKeyPaths(table, projection.paths)
      throttle(context)
      const found = context.items.get(table, key)
      return {
        Item: projection === undefined || found === undefined ? found?.item : projection.project(found.item),
        ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, table, () =>
          readUsage(readUnits(found?.size ?? 0, input.ConsistentRead ?? false)),
        ),
      }
    },
  )
}
