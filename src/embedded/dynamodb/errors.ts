import { JsonError } from '../json-protocol.ts'
import type { Item } from './values/attribute-value.ts'
import { ValidationError } from './values/validation-error.ts'

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export class DynamoDbError extends JsonError {
  constructor(name: string, message: string, members?: Readonly<Record<string, unknown>>) {
    super(400, `com.amazonaws.dynamodb.v20120810#${name}`, message, undefined, members)
  }
}

/** The condition of a write did not hold. `item` is what it was checked on, where the request asked for it. */
export class ConditionFailedError extends DynamoDbError {
  readonly item: Item | undefined
  constructor(item: Item | undefined) {
    super('ConditionalCheckFailedException', 'The conditional request failed', item && { Item: item })
    this.item = item
  }
}

/** Keys of the wrong type, or missing: what a transaction reports as a reason and not by failing as a whole. */
export class KeyMismatchError extends ValidationError {}

export function tableNotFound(name?: string): DynamoDbError {
  const which = name === undefined ? '' : `: Table: ${name} not found`
  return new DynamoDbError('ResourceNotFoundException', `Requested resource not found${which}`)
}

export function throttled(): DynamoDbError {
  return new DynamoDbError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. ' +
      'Consider increasing your provisioning level with the UpdateTable API.',
  )
}
