import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import {
  capacityByTable,
  type CapacityDetail,
  readUnits,
  readUsage,
  returnConsumedCapacity,
  type Usage,
  writeUsage,
} from './capacity.ts'
import { type DynamoDbContext, operation, throttle } from './context.ts'
import { ConditionFailedError, KeyMismatchError } from './errors.ts'
import { itemCollectionMetrics, returnItemCollectionMetrics } from './item-collection.ts'
import { list, required, structure, text, type ValueOf } from './members.ts'
import type { Stored } from './stored-item.ts'
import { cancelled, type Reason } from './transaction-cancelled.ts'
import { checkDistinct, checkTotalBytes, mostActions } from './transaction-limits.ts'
import { createTransactionTokens } from './transaction-tokens.ts'
import { ValidationError } from './values/validation-error.ts'
import {
  keyedMembers,
  putMembers,
  readCheck,
  readDelete,
  readPut,
  readUpdate,
  updateMembers,
  type Write,
} from './write.ts'
import { change } from './write-operations.ts'

/** Everything costs twice in a transaction. */
const times = 2

const transactWriteItem = structure(
  {
    ConditionCheck: structure({ ...keyedMembers, ConditionExpression: required(text()) }, 'ConditionCheck'),
    Put: structure(putMembers, 'Put'),
    Delete: structure(keyedMembers, 'Delete'),
    Update: structure({ ...updateMembers, UpdateExpression: required(text()) }, 'Update'),
  },
  'TransactWriteItem',
)

interface Done {
  readonly write: Write
  readonly old: Stored | undefined
  readonly next: Stored | undefined
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export function transactWriteOperation(context: DynamoDbContext): JsonOperation {
  const { items, store, clock, tables } = context
  const tokens = createTransactionTokens(store, clock)

  /** All or nothing: every reason there is, or what was done. Inside `items.write`. */
  function run(writes: readonly (Write | Reason)[]): Done[] {
    const results = writes.map((write): Done | Reason => {
      if ('code' in write) return write
      const old = items.get(write.table, write.key)
      return reasonOr(() => {
        write.check(old)
        return { write, old, next: write.next(old) }
      })
    })
    const done = results.filter((result) => 'write' in result)
    if (done.length < results.length) throw cancelled(results.map((result) => ('code' in result ? result : undefined)))
    checkTotalBytes(done.map(({ old, next }) => Math.max(old?.size ?? 0, next?.size ?? 0)))
    for (const { write, old, next } of done) change(items, write, old, next)
    return done
  }

  function metricsOf(asked: 'SIZE' | 'NONE' | undefined, done: readonly Done[]): object | undefined {
    const byTable = Object.create(null) as Record<string, object[]>
    for (const { write } of done) {
      const metrics = itemCollectionMetrics(asked, tables, write.table, write.keyItem)
      if (metrics !== undefined) (byTable[write.table.name] ??= []).push(metrics)
    }
    return Object.keys(byTable).length > 0 ? byTable : undefined
  }

  return operation(
    {
      ReturnConsumedCapacity: returnConsumedCapacity,
      ReturnItemCollectionMetrics: returnItemCollectionMetrics,
      ClientRequestToken: text({ min: 1, max: 36 }),
      TransactItems: required(list(transactWriteItem, { min: 1, max: mostActions })),
    },
    ({ TransactItems: actions, ClientRequestToken: token, ...asked }, { caller }) => {
      const writes = actions.map((action) => readAction(context, caller, action))
      checkDistinct(writes.filter((write) => 'key' in write))
      throttle(context)
      return items.write(() => {
        if (token !== undefined && tokens.isDone(caller, token, actions)) {
          return { ConsumedCapacity: capacityOfRepetition(context, asked.ReturnConsumedCapacity, writes) }
        }
        const done = run(writes)
        if (token !== undefined) tokens.done(caller, token, actions)
        const usages = done.map(
          ({ write, old, next }) => [write.table, () => writeUsage(write.table, old, next, times)] as const,
        )
        return {
          ConsumedCapacity: capacityByTable(asked.ReturnConsumedCapacity, usages, 'WriteCapacityUnits'),
          ItemCollectionMetrics: metricsOf(asked.ReturnItemCollectionMetrics, done),
        }
      })
    },
  )
}

/** A key of the wrong type is a reason to cancel; all else that is wrong with the request refuses it. */
function readAction(context: DynamoDbContext, world: World, action: ValueOf<typeof transactWriteItem>): Write | Reason {
  const { ConditionCheck, Put, Delete, Update } = action
  if ([ConditionCheck, Put, Delete, Update].filter((each) => each !== undefined).length !== 1) {
    throw new ValidationError('TransactItems can only contain one of Check, Put, Update or Delete')
  }
  return reasonOr(
    () => {
      if (Put !== undefined) return readPut(context, world, Put)
      if (Update !== undefined) return readUpdate(context, world, Update)
      return Delete === undefined ? readCheck(context, world, ConditionCheck!) : readDelete(context, world, Delete)
    },
    (error) => error instanceof KeyMismatchError,
  )
}

/** What `work` answers, or why it could not, where that is a reason to cancel. */
function reasonOr<T>(work: () => T, isReason = isUpdateFault): T | Reason {
  try {
    return work()
  } catch (error) {
    if (error instanceof ConditionFailedError) {
      return { code: 'ConditionalCheckFailed', message: error.message, item: error.item }
    }
    if (error instanceof ValidationError && isReason(error)) return { code: 'ValidationError', message: error.message }
    throw error
  }
}

/** An index key that becomes empty refuses the request as a whole, as in a put. */
function isUpdateFault({ message }: ValidationError): boolean {
  return !message.startsWith('One or more parameter values are not valid.')
}

/** A repeated transaction only reads. */
function capacityOfRepetition(
  { items }: DynamoDbContext,
  detail: CapacityDetail | undefined,
  writes: readonly (Write | Reason)[],
): readonly object[] | undefined {
  const usages = writes.flatMap((write) => {
    if ('code' in write) return []
    const usage = (): Usage => readUsage(readUnits(items.get(write.table, write.key)?.size ?? 0, true) * times)
    return [[write.table, usage] as const]
  })
  return capacityByTable(detail, usages, 'ReadCapacityUnits')
}
