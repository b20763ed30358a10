import type { World } from '../identity.ts'

export interface AttributeDefinition {
  readonly AttributeName: string
  readonly AttributeType: 'S' | 'N' | 'B'
}

export interface KeySchemaElement {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}

export interface Projection {
  readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  readonly NonKeyAttributes?: readonly string[]
}

export interface Throughput {
  readonly ReadCapacityUnits: number
  readonly WriteCapacityUnits: number
  readonly NumberOfDecreasesToday: number
  /** Seconds since the epoch. */
  readonly LastIncreaseDateTime?: number
  readonly LastDecreaseDateTime?: number
}

export interface OnDemandThroughput {
  readonly MaxReadRequestUnits?: number
  readonly MaxWriteRequestUnits?: number
}

export interface IndexDefinition {
  readonly id: number
  readonly kind: 'global' | 'local'
  readonly IndexName: string
  readonly KeySchema: readonly KeySchemaElement[]
  readonly Projection: Projection
  /** Of global ones. */
  readonly ProvisionedThroughput?: Throughput
  readonly OnDemandThroughput?: OnDemandThroughput
}

/** A table as it was asked for: what is stored as JSON. Members AWS names keep its spelling. */
export interface TableDefinition {
  /** AWS's TableId, another one each time a table of this name is made. */
  readonly uuid: string
  readonly AttributeDefinitions: readonly AttributeDefinition[]
  readonly KeySchema: readonly KeySchemaElement[]
  readonly BillingMode: 'PROVISIONED' | 'PAY_PER_REQUEST'
  /** Seconds since the epoch; absent where the table has always been provisioned. */
  readonly payPerRequestSince?: number
  readonly ProvisionedThroughput: Throughput
  readonly OnDemandThroughput?: OnDemandThroughput
  readonly indexes: readonly IndexDefinition[]
  readonly tags: Readonly<Record<string, string>>
  /** The attribute that says when an item expires, where TTL is on. */
  readonly timeToLive?: string
  readonly SSEDescription?: { readonly Status: 'ENABLED'; readonly SSEType: 'KMS'; readonly KMSMasterKeyArn: string }
  readonly DeletionProtectionEnabled: boolean
  readonly TableClass?: string
}

export interface KeyAttribute {
  readonly name: string
  readonly type: 'S' | 'N' | 'B'
}

export interface KeySchema {
  readonly hash: KeyAttribute
  readonly range?: KeyAttribute
}

export interface Index {
  readonly id: number
  readonly name: string
  readonly kind: 'global' | 'local'
  readonly key: KeySchema
  /** Undefined: all. Otherwise with the keys of index and table. */
  readonly projected: readonly string[] | undefined
}

/** A table as requests need it. */
export interface Table extends World {
  readonly id: number
  readonly name: string
  readonly arn: string
  readonly createdMs: number
  readonly key: KeySchema
  readonly indexes: readonly Index[]
  readonly definition: TableDefinition
}

export function keyNames({ hash, range }: KeySchema): string[] {
  return range === undefined ? [hash.name] : [hash.name, range.name]
}

export function toKeySchema(
  elements: readonly KeySchemaElement[],
  attributes: readonly AttributeDefinition[],
): KeySchema {
  const [hash, range] = elements.map(({ AttributeName: name }) => ({
    name,
    type: attributes.find(({ AttributeName }) => AttributeName === name)!.AttributeType,
  }))
  return { hash, range }
}

export function toIndexes({ AttributeDefinitions, KeySchema, indexes }: TableDefinition): Index[] {
  const tableKeys = keyNames(toKeySchema(KeySchema, AttributeDefinitions))
  return indexes.map(({ id, IndexName, kind, KeySchema: elements, Projection: projection }) => {
    const key = toKeySchema(elements, AttributeDefinitions)
    const projected = new Set([...tableKeys, ...keyNames(key), ...(projection.NonKeyAttributes ?? [])])
    return {
      id,
      name: IndexName,
      kind,
      key,
      projected: projection.ProjectionType === 'ALL' ? undefined : [...projected],
    }
  })
}
