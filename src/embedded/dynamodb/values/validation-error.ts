import { JsonError } from '../../json-protocol.ts'

/** The request is well formed but says something DynamoDB refuses; `message` is AWS's text. */
export class ValidationError extends JsonError {
  constructor(message: string) {
    super(400, 'com.amazon.coral.validate#ValidationException', message)
  }
}

/** `why` after AWS's usual beginning. */
export function invalid(why: string): ValidationError {
  return new ValidationError(`One or more parameter values were invalid: ${why}`)
}
