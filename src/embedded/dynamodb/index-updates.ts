import { changedThroughput } from './billing-change.ts'
import { checkGlobalIndex, mostGlobalIndexes, mostUnits } from './check-table.ts'
import { DynamoDbError } from './errors.ts'
import { required, structure, type ValueOf } from './members.ts'
import type { IndexDefinition, Table, TableDefinition } from './table.ts'
import { globalIndex, indexName, onDemandThroughput, provisionedThroughput } from './table-members.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

/** What UpdateTable does to one global index. */
export const globalIndexUpdate = structure(
  {
    Update: structure(
      {
        IndexName: required(indexName),
        ProvisionedThroughput: provisionedThroughput,
        OnDemandThroughput: onDemandThroughput,
      },
      'UpdateGlobalSecondaryIndexAction',
    ),
    Create: globalIndex,
    Delete: structure({ IndexName: required(indexName) }, 'DeleteGlobalSecondaryIndexAction'),
  },
  'GlobalSecondaryIndexUpdate',
)

export type IndexUpdate = ValueOf<typeof globalIndexUpdate>

/** As far as that can be told without the table. */
export function checkActions(updates: readonly IndexUpdate[]): void {
  const names = new Set<string>()
  for (const { Update, Create, Delete } of updates) {
    const actions = [Update, Create, Delete].filter((action) => action !== undefined)
    if (actions.length === 0) {
      throw invalid(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, ' +
          'GlobalSecondaryIndexUpdate.Delete must not be null',
      )
    }
    if (actions.length > 1) {
      throw invalid('Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object')
    }
    const [{ IndexName: name }] = actions
    if (names.has(name)) {
      throw invalid(`Only one global secondary index update per index is allowed simultaneously. Index: ${name}`)
    }
    names.add(name)
  }
}

/** `mode` is the table's as it will be. */
export function checkIndexUpdates(
  table: Table,
  updates: readonly IndexUpdate[],
  mode: TableDefinition['BillingMode'],
  attributes: TableDefinition['AttributeDefinitions'],
): void {
  if (updates.filter(({ Update }) => Update === undefined).length > 1) {
    throw new DynamoDbError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    )
  }
  const names = new Set([...attributes, ...table.definition.AttributeDefinitions].map((each) => each.AttributeName))
  for (const { Update, Create, Delete } of updates) {
    if (Update !== undefined) checkIsGlobal(table, Update.IndexName, 'update')
    if (Delete !== undefined) checkIsGlobal(table, Delete.IndexName, 'delete')
    if (Create !== undefined) {
      if (table.indexes.some(({ name }) => name === Create.IndexName)) {
        throw new ValidationError('Attempting to create an index which already exists')
      }
      checkGlobalIndex(Create, mode, [...names])
      if (table.indexes.filter(({ kind }) => kind === 'global').length >= mostGlobalIndexes) {
        throw new DynamoDbError(
          'LimitExceededException',
          `GlobalSecondaryIndex count exceeds the per-table limit of ${mostGlobalIndexes}`,
        )
      }
    }
  }
  const given = new Set(updates.flatMap(({ Update }) => (Update?.ProvisionedThroughput ? [Update.IndexName] : [])))
  const becomesProvisioned = mode === 'PROVISIONED' && table.definition.BillingMode !== 'PROVISIONED'
  const missing = table.indexes.filter(({ kind, name }) => kind === 'global' && !given.has(name))
  if (becomesProvisioned && missing.length > 0) {
    throw invalid(`ProvisionedThroughput must be specified for index: ${missing.map(({ name }) => name).join(',')}`)
  }
}

function checkIsGlobal(table: Table, name: string, what: 'update' | 'delete'): void {
  const index = table.indexes.find((each) => each.name === name)
  if (index === undefined) {
    throw new DynamoDbError(
      'ResourceNotFoundException',
      `Requested resource not found: Index ${name} for table ${table.name}`,
    )
  }
  if (index.kind !== 'global') {
    throw new ValidationError(`Cannot ${what} an index that is not a GlobalSecondaryIndex: ${name}`)
  }
}

/** The table's indexes with those updated that are; new and dropped ones are not looked at. */
export function updatedIndexes(
  table: Table,
  { BillingMode: mode }: Pick<TableDefinition, 'BillingMode'>,
  updates: readonly IndexUpdate[],
  nowSeconds: number,
): IndexDefinition[] {
  return table.definition.indexes.map((index) => {
    if (index.kind === 'local') return index
    const update = updates.find(({ Update }) => Update?.IndexName === index.IndexName)?.Update
    const units = update?.ProvisionedThroughput
    if (units !== undefined && (units.ReadCapacityUnits > mostUnits || units.WriteCapacityUnits > mostUnits)) {
      throw new ValidationError(
        'This operation cannot be performed with given input values. ' +
          'Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate',
      )
    }
    const current = index.ProvisionedThroughput!
    const cleared = mode === 'PAY_PER_REQUEST' ? { ...current, ReadCapacityUnits: 0, WriteCapacityUnits: 0 } : current
    return {
      ...index,
      ProvisionedThroughput: units === undefined ? cleared : changedThroughput(current, units, nowSeconds),
      OnDemandThroughput: update?.OnDemandThroughput ?? index.OnDemandThroughput,
    }
  })
}
