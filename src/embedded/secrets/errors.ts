import { JsonError } from '../json-protocol.ts'

export type SecretsErrorName =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'LimitExceededException'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and each operation's list */
export class SecretsError extends JsonError {
  constructor(name: SecretsErrorName, message: string) {
    super(400, name, message)
  }
}

/** A parameter that breaks its stated length or pattern. */
export function validation(message: string): JsonError {
  return new JsonError(400, 'ValidationException', `1 validation error detected: ${message}`)
}
