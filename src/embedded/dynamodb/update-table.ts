import type { JsonOperation } from '../json-protocol.ts'
import { billingChange } from './billing-change.ts'
import { checkUnits } from './check-table.ts'
import { type DynamoDbContext, operation } from './context.ts'
import { describeTable } from './describe-table.ts'
import { checkActions, checkIndexUpdates, globalIndexUpdate, updatedIndexes } from './index-updates.ts'
import { flag, list, type structure, text, type ValueOf } from './members.ts'
import type { IndexDefinition, Table, TableDefinition } from './table.ts'
import {
  attributeDefinitions,
  billingMode,
  checkTableName,
  managedTableName,
  onDemandThroughput,
  provisionedThroughput,
  sseSpecification,
  streamSpecification,
} from './table-members.ts'
import { checkStream, checkTableClass, findManaged, toGlobalIndex, toSseDescription } from './table-operations.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

const members = {
  TableName: managedTableName,
  AttributeDefinitions: attributeDefinitions,
  BillingMode: billingMode,
  ProvisionedThroughput: provisionedThroughput,
  OnDemandThroughput: onDemandThroughput,
  GlobalSecondaryIndexUpdates: list(globalIndexUpdate),
  StreamSpecification: streamSpecification,
  SSESpecification: sseSpecification,
  TableClass: text(),
  DeletionProtectionEnabled: flag,
}

type Input = ValueOf<ReturnType<typeof structure<typeof members>>>

/** A new global index is filled within the request: the answer waits for as long as that takes. */
export function updateTableOperation(context: DynamoDbContext): JsonOperation {
  const { tables, items, clock, wakeSweep } = context

  return operation(
    members,
    (input, { caller }) => {
      checkRequest(input)
      checkStream(input.StreamSpecification)
      const tableClass = checkTableClass(input.TableClass)
      const table = findManaged(context, caller, input.TableName)
      const nowSeconds = clock.now() / 1000
      const settings = {
        ...table.definition,
        ...billingChange(table, input, nowSeconds),
        OnDemandThroughput: input.OnDemandThroughput ?? table.definition.OnDemandThroughput,
        DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? table.definition.DeletionProtectionEnabled,
        TableClass: tableClass ?? table.definition.TableClass,
        SSEDescription:
          input.SSESpecification === undefined
            ? table.definition.SSEDescription
            : toSseDescription(caller, input.SSESpecification),
      }
      const updates = input.GlobalSecondaryIndexUpdates ?? []
      checkIndexUpdates(table, updates, settings.BillingMode, input.AttributeDefinitions ?? [])

      const created = updates.flatMap(({ Create }) => (Create === undefined ? [] : [Create]))
      const dropped = updates.flatMap(({ Delete }) => (Delete === undefined ? [] : [Delete.IndexName]))
      const kept = updatedIndexes(table, settings, updates, nowSeconds).filter(
        (each) => !dropped.includes(each.IndexName),
      )
      const next = items.write(() => {
        const indexes = [...kept, ...created.map((index) => toGlobalIndex(tables.newId(), index))]
        for (const name of dropped) tables.dropIndex(table.indexes.find((index) => index.name === name)!.id)
        const definition = { ...settings, indexes, AttributeDefinitions: usedAttributes(table, indexes, input) }
        const replaced = tables.replace(table, definition)
        for (const index of replaced.indexes.slice(kept.length)) {
          for (const { stored } of items.all(replaced)) items.addToIndex(replaced, index, stored)
        }
        return replaced
      })
      tables.adopt(next)
      if (dropped.length > 0) wakeSweep()
      const indexes = new Map(created.map((index) => [index.IndexName, 'CREATING' as const]))
      return { TableDescription: describeTable(tables, next, { table: 'UPDATING', indexes }) }
    },
    checkTableName,
  )
}

function checkRequest(input: Input): void {
  const { ProvisionedThroughput: units, BillingMode, GlobalSecondaryIndexUpdates: updates = [] } = input
  const { AttributeDefinitions: _, TableName: __, GlobalSecondaryIndexUpdates: ___, ...others } = input
  if (Object.keys(others).length === 0 && updates.length === 0) {
    throw new ValidationError(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
        'SSESpecification or ReplicaUpdates is required',
    )
  }
  if (BillingMode === 'PROVISIONED' && units === undefined) {
    throw invalid('ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
  }
  if (units !== undefined) checkUnits(units)
  checkActions(updates)
}

/** Those of dropped indexes go, those of new ones come. */
function usedAttributes(
  { definition }: Table,
  indexes: readonly IndexDefinition[],
  { AttributeDefinitions: given = [] }: Input,
): TableDefinition['AttributeDefinitions'] {
  const schemas = [definition.KeySchema, ...indexes.map((index) => index.KeySchema)]
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName))
  const known = new Map([...given, ...definition.AttributeDefinitions].map((each) => [each.AttributeName, each]))
  return [...known.values()].filter(({ AttributeName }) => used.has(AttributeName))
}
