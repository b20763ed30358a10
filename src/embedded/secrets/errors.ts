import { JsonError } from '../json-protocol.ts'

export type SecretsErrorName =
  | 'ResourceNotFoundException'
  | 'ResourceExistsException'
  | 'InvalidRequestException'
  | 'InvalidParameterException'
  | 'InvalidNextTokenException'
  | 'LimitExceededException'
  | 'MalformedPolicyDocumentException'
  | 'PublicPolicyException'
  | 'UnsupportedOperationException'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and each operation's list */
export class SecretsError extends JsonError {
  readonly kind: SecretsErrorName
  constructor(kind: SecretsErrorName, message: string) {
    // The modelled errors of this service have a Message of their own; botocore shows both.
    super(400, kind, message, undefined, { Message: message })
    this.kind = kind
  }
}

/** A parameter that AWS's front refuses by its stated length, range or pattern. */
export function validation(message: string): JsonError {
  return new JsonError(400, 'ValidationException', message)
}

/** In the words of AWS's front; `member` is the parameter's name in lower camel case. */
export function constraint(value: string | number | undefined, member: string, rule: string): JsonError {
  const shown = value === undefined ? 'Value null' : `Value '${value}'`
  return validation(
    `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  )
}
