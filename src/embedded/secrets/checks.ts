import { constraint, SecretsError, validation } from './errors.ts'
import type { Tag } from './vault.ts'
import type { SecretValue } from './versions.ts'

const longestValueBytes = 65_536
const mostTags = 50

/** Throws where a secret may not be called so. */
export function checkName(name: string | undefined): string {
  if (name === undefined) throw constraint(name, 'name', 'not be null')
  if (name.length < 1 || name.length > 512) throw lengthError('name', name, 1, 512)
  return checkCharacters(name)
}

/** Throws where no secret could have this name or ARN. */
export function checkSecretId(secretId: string | undefined): string {
  if (secretId === undefined) throw constraint(secretId, 'secretId', 'not be null')
  if (secretId.length < 1 || secretId.length > 2048) throw lengthError('secretId', secretId, 1, 2048)
  return secretId.startsWith('arn:') ? secretId : checkCharacters(secretId)
}

/** AWS's text names the exclamation mark too, its documentation does not. */
function checkCharacters(name: string): string {
  if (/^[A-Za-z0-9/_+=.@-]+$/.test(name)) return name
  throw validation(
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  )
}

/**
 * A ClientRequestToken becomes the id of the version it makes. SDKs fill it in; whoever sends requests by hand has to
 * as well, on AWS too.
 */
export function checkToken(token: string | undefined): string {
  if (token === undefined) {
    throw new SecretsError(
      'InvalidRequestException',
      'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    )
  }
  if (token.length < 32 || token.length > 64) {
    throw new SecretsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.')
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
    throw new SecretsError('InvalidParameterException', 'You can only provide one of SecretString or SecretBinary.')
  }
  const length = bytes?.length ?? Buffer.byteLength(text!)
  if (length < 1 || length > longestValueBytes) {
    // The value itself stays out of errors and so out of logs.
    throw validation(
      `1 validation error detected: Value at '${text === undefined ? 'secretBinary' : 'secretString'}' failed to ` +
        `satisfy constraint: Member must have length between 1 and ${longestValueBytes}, got ${length}`,
    )
  }
  return { secretString: text ?? null, secretBinary: bytes ?? null }
}

export function sameValue(a: SecretValue, b: SecretValue): boolean {
  const bytes = ({ secretBinary }: SecretValue): Buffer => Buffer.from(secretBinary ?? [])
  return a.secretString === b.secretString && bytes(a).equals(bytes(b))
}

export function checkDescription(description: string | undefined): void {
  if (description !== undefined && description.length > 2048) throw lengthError('description', description, 0, 2048)
}

/** A staging label. */
export function checkStage(stage: string): void {
  if (stage.length < 1 || stage.length > 256) {
    throw constraint(stage, 'versionStage', 'have length between 1 and 256')
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Tag.html */
export function checkTags(given: readonly Partial<Tag>[]): readonly Tag[] {
  const tags = given.map(({ Key = '', Value = '' }) => ({ Key, Value }))
  for (const { Key: key, Value: value } of tags) {
    if (key.length < 1 || key.length > 128) throw lengthError('tags.member.key', key, 1, 128)
    if (value.length > 256) throw lengthError('tags.member.value', value, 0, 256)
    if (/^aws:/i.test(key)) {
      throw new SecretsError('InvalidParameterException', `Tag keys that start with aws: are reserved, got ${key}.`)
    }
  }
  if (tags.length > mostTags) {
    throw new SecretsError('InvalidParameterException', `A secret has at most ${mostTags} tags, got ${tags.length}.`)
  }
  return tags
}

function lengthError(member: string, value: string, min: number, max: number): Error {
  const rule = value.length < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
  return constraint(value.length > 100 ? `${value.slice(0, 100)}…` : value, member, `have length ${rule}`)
}
