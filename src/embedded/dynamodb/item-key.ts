import { hash } from 'node:crypto'
import { KeyMismatchError } from './errors.ts'
import { type Index, type KeyAttribute, type KeySchema, type Table } from './table.ts'
import type { AttributeType, AttributeValue, Item } from './values/attribute-value.ts'
import { keyBytes } from './values/key-bytes.ts'
import { typeOf } from './values/type-of.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

/** Where an item or an index entry is kept. */
export interface ItemKey {
  /** Eight bytes of a hash of the partition key, then the key's own: scans go through a table in this order. */
  readonly hash: Uint8Array
  /** Empty where the schema has no sort key. */
  readonly range: Uint8Array
}

const hashBytes = 8
const longestHashBytes = 2048
const longestRangeBytes = 1024

export const noBytes = new Uint8Array(0)
/** Behind every sort key, and behind every partition's hash. */
export const afterRanges = Buffer.alloc(longestRangeBytes + 1, 0xff)
const afterHashes = Buffer.alloc(hashBytes + longestHashBytes + 1, 0xff)

const mismatch = 'The provided key element does not match the schema'

/** The key of an item that is known to have one of the right types. */
export function toItemKey({ hash: hashKey, range }: KeySchema, item: Item): ItemKey {
  return { hash: hashOf(item[hashKey.name]), range: range === undefined ? noBytes : keyBytes(item[range.name]) }
}

/** The place of a partition. */
export function hashOf(value: AttributeValue): Buffer {
  const bytes = keyBytes(value)
  return Buffer.concat([hash('sha256', bytes, 'buffer').subarray(0, hashBytes), bytes])
}

/** Where the n-th of `total` equal parts of all hashes begins: segments of a parallel scan. */
export function segmentStart(segment: number, total: number): Uint8Array {
  if (segment === total) return afterHashes
  const start = Buffer.alloc(hashBytes)
  start.writeBigUInt64BE((BigInt(segment) << 64n) / BigInt(total))
  return start
}

/** Reads the `Key` of a request. Throws ValidationError where it is not exactly the table's. */
export function readKey({ key: schema }: Table, key: Item): ItemKey {
  const attributes = schema.range === undefined ? [schema.hash] : [schema.hash, schema.range]
  if (Object.keys(key).length !== attributes.length) throw new KeyMismatchError(mismatch)
  for (const attribute of attributes) {
    checkKeyValue(
      key[attribute.name],
      attribute,
      attribute === schema.hash,
      'One or more parameter values were invalid:',
    )
  }
  return toItemKey(schema, key)
}

/** One attribute of a key that a request names by itself. */
export function checkKeyValue(
  value: AttributeValue | undefined,
  { name, type }: KeyAttribute,
  isHash: boolean,
  emptyPrefix: string,
): void {
  if (value === undefined || typeOf(value) !== type) throw new KeyMismatchError(mismatch)
  if (isEmpty(value)) {
    throw new ValidationError(
      `${emptyPrefix} The AttributeValue for a key attribute cannot contain an empty ${kindOf(type)} value. Key: ${name}`,
    )
  }
  checkKeySize(value, isHash)
}

/** The key of an item to be stored. Throws ValidationError, worded as PutItem does. */
export function readItemKey({ key: schema }: Table, item: Item): ItemKey {
  for (const attribute of schema.range === undefined ? [schema.hash] : [schema.hash, schema.range]) {
    const { name, type } = attribute
    const value = item[name]
    const were = 'One or more parameter values were invalid'
    if (value === undefined) throw new KeyMismatchError(`${were}: Missing the key ${name} in the item`)
    if (typeOf(value) !== type) {
      throw new KeyMismatchError(`${were}: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`)
    }
    checkKeyValue(value, attribute, attribute === schema.hash, 'One or more parameter values are not valid.')
  }
  return toItemKey(schema, item)
}

/** Whether an item can stand in the table's indexes. `isUpdate` decides the words for an empty value. */
export function checkIndexKeys({ indexes }: Table, item: Item, isUpdate: boolean): void {
  for (const index of indexes) {
    checkIndexKey(index, index.key.hash, item, isUpdate)
    if (index.key.range !== undefined) checkIndexKey(index, index.key.range, item, isUpdate)
  }
}

function checkIndexKey(index: Index, { name, type }: KeyAttribute, item: Item, isUpdate: boolean): void {
  const value = item[name]
  if (value === undefined) return
  if (typeOf(value) !== type) {
    throw new KeyMismatchError(
      `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} ` +
        `Actual: ${typeOf(value)} IndexName: ${index.name}`,
    )
  }
  if (isEmpty(value)) {
    const empty = `The AttributeValue for a key attribute cannot contain an empty ${kindOf(type)} value.`
    throw new ValidationError(
      isUpdate
        ? 'One or more parameter values are not valid. The update expression attempted to update a secondary index ' +
            `key to a value that is not supported. ${empty}`
        : 'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `${empty} IndexName: ${index.name}, IndexKey: ${name}`,
    )
  }
  checkKeySize(value, name === index.key.hash.name)
}

function checkKeySize(value: AttributeValue, isHash: boolean): void {
  const bytes = 'S' in value ? Buffer.byteLength(value.S) : 'B' in value ? Buffer.byteLength(value.B, 'base64') : 0
  if (isHash && bytes > longestHashBytes) {
    throw invalid(`Size of hashkey has exceeded the maximum size limit of${longestHashBytes} bytes`)
  }
  if (!isHash && bytes > longestRangeBytes) {
    throw invalid(`Aggregated size of all range keys has exceeded the size limit of ${longestRangeBytes} bytes`)
  }
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '')
}

function kindOf(type: AttributeType): 'string' | 'binary' {
  return type === 'B' ? 'binary' : 'string'
}

/** To find the same key twice. */
export function keyText({ hash: hashPart, range }: ItemKey): string {
  return `${Buffer.from(hashPart).toString('latin1')}/${hashPart.length}/${Buffer.from(range).toString('latin1')}`
}
