import { randomUUID } from 'node:crypto'
import { arnOf, type World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { checkNewTable, checkProjection } from './check-table.ts'
import { type DynamoDbContext, operation } from './context.ts'
import { describeTable } from './describe-table.ts'
import { DynamoDbError, tableNotFound } from './errors.ts'
import { flag, required, text, list, type ValueOf, whole } from './members.ts'
import type { IndexDefinition, Table, TableDefinition, Throughput } from './table.ts'
import {
  attributeDefinitions,
  billingMode,
  checkTableName,
  globalIndex,
  indexName,
  keySchema,
  localIndex,
  managedTableName,
  onDemandThroughput,
  provisionedThroughput,
  sseSpecification,
  streamSpecification,
  tags,
} from './table-members.ts'
import { readTags } from './tags.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

const ofTable = { TableName: managedTableName }
const mostNames = 100

/** CreateTable, DescribeTable, DeleteTable, ListTables. */
export function tableOperations(context: DynamoDbContext): Record<string, JsonOperation> {
  const { tables, clock, creating, awsLike, wakeSweep } = context

  return {
    CreateTable: operation(
      {
        AttributeDefinitions: required(attributeDefinitions),
        TableName: managedTableName,
        BillingMode: billingMode,
        ProvisionedThroughput: provisionedThroughput,
        OnDemandThroughput: onDemandThroughput,
        KeySchema: required(keySchema),
        LocalSecondaryIndexes: list(localIndex),
        GlobalSecondaryIndexes: list(globalIndex),
        StreamSpecification: streamSpecification,
        SSESpecification: sseSpecification,
        Tags: tags,
        TableClass: text(),
        DeletionProtectionEnabled: flag,
      },
      (input, { caller }) => {
        const { TableName: name = '' } = input
        checkNewTable(input)
        checkStream(input.StreamSpecification)
        const settings: Omit<TableDefinition, 'indexes'> = {
          uuid: randomUUID(),
          AttributeDefinitions: input.AttributeDefinitions,
          KeySchema: input.KeySchema,
          BillingMode: input.BillingMode ?? 'PROVISIONED',
          payPerRequestSince: input.BillingMode === 'PAY_PER_REQUEST' ? clock.now() / 1000 : undefined,
          ProvisionedThroughput: toThroughput(input.ProvisionedThroughput),
          OnDemandThroughput: input.OnDemandThroughput,
          tags: readTags(input.Tags ?? [], {}),
          SSEDescription: toSseDescription(caller, input.SSESpecification),
          DeletionProtectionEnabled: input.DeletionProtectionEnabled ?? false,
          TableClass: checkTableClass(input.TableClass),
        }
        if (tables.find(caller, name) !== undefined) {
          throw new DynamoDbError('ResourceInUseException', `Table already exists: ${name}`)
        }
        const table = tables.create(caller, name, () => ({
          ...settings,
          indexes: [
            ...(input.LocalSecondaryIndexes ?? []).map((index): IndexDefinition => ({
              id: tables.newId(),
              kind: 'local',
              IndexName: index.IndexName,
              KeySchema: index.KeySchema,
              Projection: checkProjection(index.Projection),
            })),
            ...(input.GlobalSecondaryIndexes ?? []).map((index) => toGlobalIndex(tables.newId(), index)),
          ],
        }))
        if (awsLike !== undefined) creating.add(table.id)
        const indexes = new Map(table.indexes.map((index) => [index.name, 'CREATING' as const]))
        return { TableDescription: describeTable(tables, table, { table: 'CREATING', indexes }) }
      },
      checkTableName,
    ),
    DescribeTable: operation(
      ofTable,
      ({ TableName }, { caller }) => {
        const table = findManaged(context, caller, TableName)
        const status = creating.delete(table.id) ? 'CREATING' : 'ACTIVE'
        return { Table: describeTable(tables, table, { table: status }) }
      },
      checkTableName,
    ),
    DeleteTable: operation(
      ofTable,
      ({ TableName }, { caller }) => {
        const table = findManaged(context, caller, TableName)
        if (table.definition.DeletionProtectionEnabled) {
          throw new ValidationError(
            'Resource cannot be deleted as it is currently protected against deletion. ' +
              'Disable deletion protection first.',
          )
        }
        const description = describeTable(tables, table, { table: 'DELETING' })
        tables.drop(table)
        creating.delete(table.id)
        wakeSweep()
        return { TableDescription: description }
      },
      checkTableName,
    ),
    ListTables: operation(
      { Limit: whole({ min: 1, max: mostNames }), ExclusiveStartTableName: indexName },
      ({ Limit: limit = mostNames, ExclusiveStartTableName: after = '' }, { caller }) => {
        const names = tables.names(caller, after, limit + 1)
        const page = names.slice(0, limit)
        return { TableNames: page, LastEvaluatedTableName: names.length > limit ? page.at(-1) : undefined }
      },
    ),
  }
}

/** Throws ResourceNotFoundException in the words of operations on tables. */
export function findManaged({ tables }: DynamoDbContext, world: World, name = ''): Table {
  const table = tables.find(world, name)
  if (table === undefined) throw tableNotFound(name)
  return table
}

function toThroughput(units: ValueOf<typeof provisionedThroughput> | undefined): Throughput {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: units?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: units?.WriteCapacityUnits ?? 0,
  }
}

export function toGlobalIndex(id: number, index: ValueOf<typeof globalIndex>): IndexDefinition {
  return {
    id,
    kind: 'global',
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: checkProjection(index.Projection),
    ProvisionedThroughput: toThroughput(index.ProvisionedThroughput),
    OnDemandThroughput: index.OnDemandThroughput,
  }
}

export function checkStream(stream: ValueOf<typeof streamSpecification> | undefined): void {
  if (stream?.StreamEnabled !== true) return
  throw invalid('StreamSpecification: DynamoDB Streams is not offered by the embedded DynamoDB')
}

export function checkTableClass(tableClass: string | undefined): string | undefined {
  if (tableClass === undefined || ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'].includes(tableClass)) return tableClass
  throw new ValidationError(
    'Invalid table-class parameter provided. Please try again with a valid table-class value: ' +
      '[STANDARD, STANDARD_INFREQUENT_ACCESS].',
  )
}

/** Stored and returned; nothing is encrypted. */
export function toSseDescription(
  world: World,
  given: ValueOf<typeof sseSpecification> | undefined,
): TableDefinition['SSEDescription'] {
  const { Enabled: enabled = false, SSEType: type, KMSMasterKeyId: key } = given ?? {}
  if (!enabled) {
    if (type !== undefined) throw invalid('SSEType can not be specified if Enabled is false')
    if (key !== undefined) throw invalid('KMSMasterKeyId can not be specified if Enabled is false')
    return undefined
  }
  if (type === 'AES256') throw invalid('SSEType AES256 is not supported')
  if (type === undefined && key !== undefined) throw invalid('SSEType KMS is required if KMSMasterKeyId is specified')
  const name = key ?? 'alias/aws/dynamodb'
  const resource = name.startsWith('alias/') ? name : `key/${name}`
  return {
    Status: 'ENABLED',
    SSEType: 'KMS',
    KMSMasterKeyArn: name.startsWith('arn:') ? name : arnOf(world, 'kms', resource),
  }
}
