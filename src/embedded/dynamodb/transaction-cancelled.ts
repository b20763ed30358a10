import { DynamoDbError } from './errors.ts'
import type { Item } from './values/attribute-value.ts'

/** Why one action keeps a transaction from being done. */
export interface Reason {
  readonly code: 'ConditionalCheckFailed' | 'ValidationError'
  readonly message: string
  /** What the condition was checked on, where that was asked for. */
  readonly item?: Item
}

/** `reasons` has one place for each action, in order. */
export function cancelled(reasons: readonly (Reason | undefined)[]): DynamoDbError {
  const codes = reasons.map((reason) => reason?.code ?? 'None').join(', ')
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return new DynamoDbError('TransactionCanceledException', message, {
    Message: message,
    CancellationReasons: reasons.map((reason) =>
      reason === undefined ? { Code: 'None' } : { Code: reason.code, Message: reason.message, Item: reason.item },
    ),
  })
}
