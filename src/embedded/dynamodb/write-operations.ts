import type { JsonOperation } from '../json-protocol.ts'
import { consumedCapacity, returnConsumedCapacity, writeUsage } from './capacity.ts'
import { type DynamoDbContext, operation, throttle } from './context.ts'
import { pickPaths } from './expressions/projection.ts'
import { itemCollectionMetrics, returnItemCollectionMetrics } from './item-collection.ts'
import type { Items } from './items.ts'
import { text } from './members.ts'
import type { Stored } from './stored-item.ts'
import type { Item } from './values/attribute-value.ts'
import { ValidationError } from './values/validation-error.ts'
import {
  keyedMembers,
  olderMembers,
  olderUpdateMembers,
  putMembers,
  readDelete,
  readPut,
  readUpdate,
  updateMembers,
  type Write,
} from './write.ts'

const returned = {
  ReturnValues: text({ values: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] }),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
}

interface Asked {
  readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE'
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE'
}

/** PutItem, UpdateItem, DeleteItem. */
export function writeOperations(context: DynamoDbContext): Record<string, JsonOperation> {
  const { items, tables } = context

  function run(write: Write): { old: Stored | undefined; next: Stored | undefined } {
    throttle(context)
    return items.write(() => {
      const old = items.get(write.table, write.key)
      write.check(old)
      const next = write.next(old)
      change(items, write, old, next)
      return { old, next }
    })
  }

  function answer(
    { table, keyItem }: Write,
    asked: Asked,
    { old, next }: ReturnType<typeof run>,
    shown: Item | undefined,
  ): object {
    return {
      Attributes: shown,
      ConsumedCapacity: consumedCapacity(asked.ReturnConsumedCapacity, table, () => writeUsage(table, old, next)),
      ItemCollectionMetrics: itemCollectionMetrics(asked.ReturnItemCollectionMetrics, tables, table, keyItem),
    }
  }

  return {
    PutItem: operation({ ...putMembers, ...olderMembers, ...returned }, (input, { caller }) => {
      const write = readPut(context, caller, input, () => checkOldOnly(input.ReturnValues))
      const done = run(write)
      return answer(write, input, done, input.ReturnValues === 'ALL_OLD' ? done.old?.item : undefined)
    }),
    DeleteItem: operation({ ...keyedMembers, ...olderMembers, ...returned }, (input, { caller }) => {
      const write = readDelete(context, caller, input, () => checkOldOnly(input.ReturnValues))
      const done = run(write)
      return answer(write, input, done, input.ReturnValues === 'ALL_OLD' ? done.old?.item : undefined)
    }),
    UpdateItem: operation({ ...updateMembers, ...olderUpdateMembers, ...returned }, (input, { caller }) => {
      const write = readUpdate(context, caller, input)
      const done = run(write)
      const { old, next } = done
      const changed = write.changed()
      const shown = {
        NONE: () => undefined,
        ALL_OLD: () => old?.item,
        ALL_NEW: () => next?.item,
        UPDATED_OLD: () => old && unlessEmpty(pickPaths(old.item, changed)),
        UPDATED_NEW: () => next && unlessEmpty(pickPaths(next.item, changed)),
      }[input.ReturnValues ?? 'NONE']()
      return answer(write, input, done, shown)
    }),
  }
}

/** Makes an item what it is to be, inside `items.write`. */
export function change(items: Items, { table, key }: Write, old: Stored | undefined, next: Stored | undefined): void {
  if (next === old) return
  if (next !== undefined) items.put(table, key, next, old)
  else items.remove(table, key, old!)
}

function checkOldOnly(returnValues: string | undefined): void {
  if (returnValues === undefined || returnValues === 'ALL_OLD' || returnValues === 'NONE') return
  throw new ValidationError('ReturnValues can only be ALL_OLD or NONE')
}

function unlessEmpty(item: Item): Item | undefined {
  for (const _ in item) return item
  return undefined
}
