import { ValidationError } from '../values/validation-error.ts'

export type ExpressionLabel =
  'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'UpdateExpression' | 'ProjectionExpression'

/** An expression is refused; the message begins with which. */
export class ExpressionError extends ValidationError {
  constructor(label: ExpressionLabel, reason: string) {
    super(`Invalid ${label}: ${reason}`)
  }
}
