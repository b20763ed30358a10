import type { JsonOperation } from '../json-protocol.ts'
import { capacityByTable, readUnits, readUsage, returnConsumedCapacity } from './capacity.ts'
import { type DynamoDbContext, operation, throttle, useTable } from './context.ts'
import { KeyMismatchError } from './errors.ts'
import { readKey } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { list, required, structure } from './members.ts'
import { projectionMembers, readProjection } from './read.ts'
import { tableName } from './table-members.ts'
import { cancelled } from './transaction-cancelled.ts'
import { checkDistinct, checkTotalBytes, mostActions } from './transaction-limits.ts'
import { readItem } from './values/read-item.ts'
import { attributes } from './write.ts'

const transactGetItem = structure(
  { Get: required(structure({ TableName: tableName, Key: required(attributes), ...projectionMembers }, 'Get')) },
  'TransactGetItem',
)

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
export function transactGetOperation(context: DynamoDbContext): JsonOperation {
  return operation(
    {
      ReturnConsumedCapacity: returnConsumedCapacity,
      TransactItems: required(list(transactGetItem, { min: 1, max: mostActions })),
    },
    ({ TransactItems: actions, ReturnConsumedCapacity }, { caller }) => {
      const asked = actions.map(({ Get }) => {
        const keyItem = readItem(Get.Key)
        const projection = readProjection(Get)
        const table = useTable(context, caller, Get.TableName)
        if (projection !== undefined) checkKeyPaths(table, projection.paths)
        return { table, keyItem, projection }
      })
      const reasons = asked.map(({ table, keyItem }) => {
        try {
          return readKey(table, keyItem)
        } catch (error) {
          if (error instanceof KeyMismatchError) return { code: 'ValidationError' as const, message: error.message }
          throw error
        }
      })
      const keys = reasons.filter((key) => 'hash' in key)
      if (keys.length < reasons.length) throw cancelled(reasons.map((each) => ('code' in each ? each : undefined)))
      checkDistinct(keys.map((key, at) => ({ table: asked[at].table, key })))
      throttle(context)
      const found = asked.map(({ table }, at) => context.items.get(table, keys[at]))
      checkTotalBytes(found.map((each) => each?.size ?? 0))
      const usages = asked.map(
        ({ table }, at) => [table, () => readUsage(readUnits(found[at]?.size ?? 0, true) * 2)] as const,
      )
      return {
        Responses: asked.map(({ projection }, at) => {
          const item = found[at]?.item
          return { Item: projection === undefined || item === undefined ? item : projection.project(item) }
        }),
        ConsumedCapacity: capacityByTable(ReturnConsumedCapacity, usages, 'ReadCapacityUnits'),
      }
    },
  )
}
