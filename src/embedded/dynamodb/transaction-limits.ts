import { type ItemKey, keyText } from './item-key.ts'
import type { Table } from './table.ts'
import { ValidationError } from './values/validation-error.ts'

/**
 * What both kinds of transactions are held to; 100 actions at most.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export const mostActions = 100
const mostBytes = 4 * 1024 * 1024

/** Throws ValidationError where two actions are about one item. */
export function checkDistinct(targets: readonly { readonly table: Table; readonly key: ItemKey }[]): void {
  const places = new Set(targets.map(({ table, key }) => `${table.id}/${keyText(key)}`))
  if (places.size === targets.length) return
  throw new ValidationError('Transaction request cannot include multiple operations on one item')
}

/** Throws ValidationError where the items come to more than 4 MB together. */
export function checkTotalBytes(sizes: readonly number[]): void {
  if (sizes.reduce((sum, bytes) => sum + bytes, 0) <= mostBytes) return
  throw new ValidationError('Aggregate size of the items in the transaction cannot exceed 4 MB')
}
