import type { JsonOperation } from '../json-protocol.ts'
import { type DynamoDbContext, operation } from './context.ts'
import { flag, required, structure, text } from './members.ts'
import { checkTableName, managedTableName } from './table-members.ts'
import { findManaged } from './table-operations.ts'
import { ValidationError } from './values/validation-error.ts'

const specification = structure(
  { Enabled: required(flag), AttributeName: required(text({ min: 1, max: 255 })) },
  'TimeToLiveSpecification',
)

/**
 * UpdateTimeToLive, DescribeTimeToLive. Takes effect at once, where AWS takes up to an hour.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function timeToLiveOperations(context: DynamoDbContext): Record<string, JsonOperation> {
  const { tables, items, wakeSweep } = context

  return {
    UpdateTimeToLive: operation(
      { TableName: managedTableName, TimeToLiveSpecification: required(specification) },
      ({ TableName, TimeToLiveSpecification: given }, { caller }) => {
        const table = findManaged(context, caller, TableName)
        const { Enabled: enabled, AttributeName: attribute } = given
        const current = table.definition.timeToLive
        if (!enabled && current === undefined) throw new ValidationError('TimeToLive is already disabled')
        if (current !== undefined && current !== attribute) {
          throw new ValidationError(
            `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
          )
        }
        if (enabled && current !== undefined) throw new ValidationError('TimeToLive is already enabled')
        const next = items.write(() => {
          const timeToLive = enabled ? attribute : undefined
          const replaced = tables.replace(table, { ...table.definition, timeToLive })
          for (const { key, stored } of items.all(replaced)) items.setExpiry(replaced, key, stored.item)
          return replaced
        })
        tables.adopt(next)
        wakeSweep()
        return { TimeToLiveSpecification: given }
      },
      checkTableName,
    ),
    DescribeTimeToLive: operation(
      { TableName: managedTableName },
      ({ TableName }, { caller }) => {
        const { timeToLive } = findManaged(context, caller, TableName).definition
        return {
          TimeToLiveDescription:
            timeToLive === undefined
              ? { TimeToLiveStatus: 'DISABLED' }
              : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
        }
      },
      checkTableName,
    ),
  }
}
