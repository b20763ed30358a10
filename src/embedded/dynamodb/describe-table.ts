import type { IndexDefinition, Table } from './table.ts'
import type { Tables } from './tables.ts'

export interface Statuses {
  readonly table?: 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE'
  /** By index name; ACTIVE where absent. */
  readonly indexes?: ReadonlyMap<string, 'CREATING' | 'UPDATING' | 'DELETING'>
}

// What an on-demand table takes from its first moment on.
const warmReads = 12_000
const warmWrites = 4000

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
 * Counts are exact here; AWS renews them about every six hours.
 */
export function describeTable(tables: Tables, table: Table, statuses: Statuses = {}): object {
  const { definition } = table
  const { items, bytes } = tables.counts(table.id)
  const onDemand = definition.BillingMode === 'PAY_PER_REQUEST'
  const indexes = (kind: IndexDefinition['kind']): object[] | undefined => {
    const found = definition.indexes.filter((index) => index.kind === kind)
    return found.length === 0 ? undefined : found.map((index) => describeIndex(tables, table, index, statuses))
  }
  return {
    AttributeDefinitions: definition.AttributeDefinitions,
    TableName: table.name,
    KeySchema: definition.KeySchema,
    TableStatus: statuses.table ?? 'ACTIVE',
    CreationDateTime: table.createdMs / 1000,
    ProvisionedThroughput: definition.ProvisionedThroughput,
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: table.arn,
    TableId: definition.uuid,
    BillingModeSummary:
      definition.payPerRequestSince === undefined
        ? undefined
        : {
            BillingMode: definition.BillingMode,
            LastUpdateToPayPerRequestDateTime: definition.payPerRequestSince,
          },
    LocalSecondaryIndexes: indexes('local'),
    GlobalSecondaryIndexes: indexes('global'),
    SSEDescription: definition.SSEDescription,
    TableClassSummary: definition.TableClass === undefined ? undefined : { TableClass: definition.TableClass },
    DeletionProtectionEnabled: definition.DeletionProtectionEnabled,
    OnDemandThroughput: definition.OnDemandThroughput,
    WarmThroughput: {
      ReadUnitsPerSecond: onDemand ? warmReads : definition.ProvisionedThroughput.ReadCapacityUnits,
      WriteUnitsPerSecond: onDemand ? warmWrites : definition.ProvisionedThroughput.WriteCapacityUnits,
      Status: 'ACTIVE',
    },
  }
}

function describeIndex(tables: Tables, table: Table, index: IndexDefinition, { indexes }: Statuses): object {
  const { items, bytes } = tables.counts(index.id)
  return {
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
    IndexStatus: index.kind === 'global' ? (indexes?.get(index.IndexName) ?? 'ACTIVE') : undefined,
    Backfilling: indexes?.get(index.IndexName) === 'CREATING' ? false : undefined,
    ProvisionedThroughput: index.ProvisionedThroughput,
    OnDemandThroughput: index.OnDemandThroughput,
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: `${table.arn}/index/${index.IndexName}`,
  }
}
