import { SecretsError } from './errors.ts'
import type { SecretValue } from './vault.ts'

const longestValueBytes = 65_536

/** Throws where a secret may not be called so; a name that is missing counts as empty. */
export function checkName(name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
    throw new SecretsError(
      name === undefined || name.length === 0 ? 'InvalidParameterException' : 'InvalidRequestException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    )
  }
  return name
}

/** A ClientRequestToken becomes the id of the version it makes. */
export function checkToken(token: string | undefined): string | undefined {
  if (token !== undefined && (token.length < 32 || token.length > 64)) {
    throw new SecretsError(
      'InvalidParameterException',
      'You provided an invalid ClientRequestToken: it must be 32-64 characters long.',
    )
  }
  return token
}

/** Undefined where neither was given: a secret may be made without a value. */
export function readValue(given: {
  readonly SecretString?: string
  readonly SecretBinary?: Buffer
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: bytes } = given
  if (text === undefined && bytes === undefined) return undefined
  if (text !== undefined && bytes !== undefined) {
    throw new SecretsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  if ((bytes?.length ?? Buffer.byteLength(text!)) > longestValueBytes) {
    throw new SecretsError('InvalidParameterException', `A secret value is at most ${longestValueBytes} bytes long.`)
  }
  return { secretString: text ?? null, secretBinary: bytes ?? null }
}

export function sameValue(a: SecretValue, b: SecretValue): boolean {
  const bytes = ({ secretBinary }: SecretValue): Buffer => Buffer.from(secretBinary ?? [])
  return a.secretString === b.secretString && bytes(a).equals(bytes(b))
}
