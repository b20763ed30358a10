import type { ValueOf } from './members.ts'
import type { AttributeDefinition, KeySchemaElement, Projection } from './table.ts'
import type { globalIndex, localIndex, projection, provisionedThroughput } from './table-members.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

/** A table as CreateTable asks for it. */
export interface NewTable {
  readonly AttributeDefinitions: readonly AttributeDefinition[]
  readonly KeySchema: readonly KeySchemaElement[]
  readonly BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST'
  readonly ProvisionedThroughput?: Units
  readonly LocalSecondaryIndexes?: readonly ValueOf<typeof localIndex>[]
  readonly GlobalSecondaryIndexes?: readonly ValueOf<typeof globalIndex>[]
}

type Units = ValueOf<typeof provisionedThroughput>

export const mostUnits = 1_000_000_000_000
const mostLocalIndexes = 5
export const mostGlobalIndexes = 20

/** What AWS refuses in a table's definition beyond the shape of its members, in AWS's order and words. */
export function checkNewTable(table: NewTable): void {
  checkBilling(table)
  const { AttributeDefinitions: attributes, KeySchema: key, LocalSecondaryIndexes, GlobalSecondaryIndexes } = table
  const names = attributes.map(({ AttributeName }) => AttributeName)
  if (key.length > attributes.length) {
    throw new ValidationError('Invalid KeySchema: Some index key attribute have no definition')
  }
  checkKeySchema(key, names)
  if (LocalSecondaryIndexes === undefined && GlobalSecondaryIndexes === undefined && key.length !== names.length) {
    throw invalid(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    )
  }
  const indexNames = new Set<string>()
  if (LocalSecondaryIndexes !== undefined) checkLocalIndexes(LocalSecondaryIndexes, key, names, indexNames)
  if (GlobalSecondaryIndexes !== undefined) checkGlobalIndexes(GlobalSecondaryIndexes, table, names, indexNames)
  checkAllUsed(table, names)
}

function checkBilling({ BillingMode, ProvisionedThroughput: units }: NewTable): void {
  if (BillingMode === 'PAY_PER_REQUEST') {
    if (units === undefined) return
    throw invalid(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  }
  if (units === undefined) {
    throw invalid('ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED')
  }
  checkUnits(units)
}

export function checkUnits(units: Units): void {
  for (const name of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const) {
    if (units[name] > mostUnits) throw new ValidationError(`Given value ${units[name]} for ${name} is out of bounds`)
  }
}

/** Of a table or an index. `names` are the attributes that are defined. */
function checkKeySchema(key: readonly KeySchemaElement[], names: readonly string[]): void {
  const keys = key.map(({ AttributeName }) => AttributeName)
  if (!keys.every((name) => names.includes(name))) {
    throw invalid(
      'Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${keys.join(', ')}], AttributeDefinitions: [${names.join(', ')}]`,
    )
  }
  if (keys[0] === keys[1]) {
    throw new ValidationError('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  }
  if (key[0].KeyType !== 'HASH') {
    throw new ValidationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
  }
  if (key.length > 1 && key[1].KeyType !== 'RANGE') {
    throw new ValidationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  }
}

function checkLocalIndexes(
  indexes: readonly ValueOf<typeof localIndex>[],
  tableKey: readonly KeySchemaElement[],
  names: readonly string[],
  indexNames: Set<string>,
): void {
  if (indexes.length === 0) throw invalid('List of LocalSecondaryIndexes is empty')
  if (tableKey.length !== 2) {
    throw invalid('Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex')
  }
  for (const { IndexName, KeySchema, Projection: given } of indexes) {
    checkKeySchema(KeySchema, names)
    if (KeySchema.length !== 2) throw invalid(`Index KeySchema does not have a range key for index: ${IndexName}`)
    const [{ AttributeName: hash }] = KeySchema
    if (hash !== tableKey[0].AttributeName) {
      throw invalid(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${IndexName}. ` +
          `index hash key: ${hash}, table hash key: ${tableKey[0].AttributeName}`,
      )
    }
    checkProjection(given)
    checkNewName(IndexName, indexNames)
  }
  if (indexes.length > mostLocalIndexes) {
    throw invalid(`Number of LocalSecondaryIndexes exceeds per-table limit of ${mostLocalIndexes}`)
  }
}

function checkGlobalIndexes(
  indexes: readonly ValueOf<typeof globalIndex>[],
  { BillingMode }: NewTable,
  names: readonly string[],
  indexNames: Set<string>,
): void {
  if (indexes.length === 0) throw invalid('List of GlobalSecondaryIndexes is empty')
  for (const index of indexes) {
    checkGlobalIndex(index, BillingMode ?? 'PROVISIONED', names)
    checkNewName(index.IndexName, indexNames)
  }
  if (indexes.length > mostGlobalIndexes) {
    throw invalid(`GlobalSecondaryIndex count exceeds the per-table limit of ${mostGlobalIndexes}`)
  }
}

export function checkGlobalIndex(
  { IndexName, KeySchema, Projection: given, ProvisionedThroughput: units }: ValueOf<typeof globalIndex>,
  mode: 'PROVISIONED' | 'PAY_PER_REQUEST',
  names: readonly string[],
): void {
  checkKeySchema(KeySchema, names)
  checkProjection(given)
  if (mode === 'PAY_PER_REQUEST' && units !== undefined) {
    throw invalid(
      `ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    )
  }
  if (mode === 'PROVISIONED') {
    if (units === undefined) throw invalid(`ProvisionedThroughput is not specified for index: ${IndexName}`)
    checkUnits(units)
  }
}

export function checkProjection({
  ProjectionType: type,
  NonKeyAttributes: names,
}: ValueOf<typeof projection>): Projection {
  if (type === undefined) throw invalid('Unknown ProjectionType: null')
  if (type !== 'INCLUDE' && names !== undefined) {
    throw invalid(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  }
  if (type === 'INCLUDE' && names === undefined) {
    throw invalid('ProjectionType is INCLUDE, but NonKeyAttributes is not specified')
  }
  const double = names?.find((name, index) => names.indexOf(name) !== index)
  if (double !== undefined) throw invalid(`Duplicate element in NonKeyAttributes: ${double}`)
  return { ProjectionType: type, NonKeyAttributes: names }
}

function checkNewName(name: string, names: Set<string>): void {
  if (names.has(name)) throw invalid(`Duplicate index name: ${name}`)
  names.add(name)
}

function checkAllUsed(
  { KeySchema, LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] }: NewTable,
  names: readonly string[],
): void {
  const schemas = [KeySchema, ...[...LocalSecondaryIndexes, ...GlobalSecondaryIndexes].map((index) => index.KeySchema)]
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName))
  const double = names.find((name, index) => names.indexOf(name) !== index)
  if (double !== undefined) throw new ValidationError(`Attribute Name is duplicated: ${double}`)
  if (names.every((name) => used.has(name))) return
  throw invalid(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(', ')}], keys used: [${[...used].join(', ')}]`,
  )
}
