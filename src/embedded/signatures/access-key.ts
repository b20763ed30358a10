import { EmbeddedError } from '../errors.ts'

/** A pair that requests may be signed with. */
export interface AccessKey {
  /** Letters, digits, `_`, `-` and `.`, 1-128 of them. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Twelve digits; whose world the key opens. Default 000000000000. */
  readonly accountId?: string
  /** Temporary credentials: requests have to carry this token. Default: none, and then they must not. */
  readonly sessionToken?: string
}

/**
 * Reads what should be an array of access keys, from a file or a caller. `where` names it in the message, which repeats
 * nothing of a secret. Throws EmbeddedError KEYS_REFUSED.
 */
export function readAccessKeys(given: unknown, where: string): readonly AccessKey[] {
  const refuse = (fault: string): EmbeddedError => new EmbeddedError('KEYS_REFUSED', `${where}: ${fault}`)
  if (!Array.isArray(given) || given.length === 0) {
    throw refuse('must be an array of at least one { accessKeyId, secretAccessKey, accountId?, sessionToken? }')
  }
  const seen = new Set<string>()
  for (const [index, key] of (given as unknown[]).entries()) {
    const fault = faultOf(key)
    if (fault !== undefined) throw refuse(`key ${index}: ${fault}`)
    const { accessKeyId } = key as AccessKey
    if (seen.has(accessKeyId)) throw refuse(`key ${index}: accessKeyId ${accessKeyId} is there twice`)
    seen.add(accessKeyId)
  }
  return given as readonly AccessKey[]
}

function faultOf(key: unknown): string | undefined {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return 'must be an object'
  const { accessKeyId, secretAccessKey, accountId, sessionToken } = key as Partial<Record<keyof AccessKey, unknown>>
  if (typeof accessKeyId !== 'string' || !/^[\w.-]{1,128}$/.test(accessKeyId)) {
    return 'accessKeyId must be 1-128 letters, digits, "_", "-" and "."'
  }
  if (typeof secretAccessKey !== 'string' || secretAccessKey === '') return 'secretAccessKey must be a text, not empty'
  if (accountId !== undefined && (typeof accountId !== 'string' || !/^\d{12}$/.test(accountId))) {
    return 'accountId must be twelve digits, in quotes'
  }
  if (sessionToken !== undefined && (typeof sessionToken !== 'string' || sessionToken === '')) {
    return 'sessionToken must be a text, not empty'
  }
  return undefined
}
