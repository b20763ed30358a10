import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** Answers the key that signs within a scope (`date/region/service/aws4_request`) on behalf of an access key. */
export type SigningKeys = (accessKeyId: string, secretAccessKey: string, scope: string) => KeyObject

/** Regions are whatever clients name, so what is kept must have an end. */
const mostKept = 1000

/**
 * Keeps the last keys: each takes four HMACs and serves for a day. The day is part of the scope, not of the clock.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
 */
export function createSigningKeys(): SigningKeys {
  const kept = new Map<string, KeyObject>()
  return (accessKeyId, secretAccessKey, scope) => {
    const name = `${accessKeyId}/${scope}`
    let key = kept.get(name)
    if (key === undefined) {
      key = deriveSigningKey(secretAccessKey, scope)
      if (kept.size >= mostKept) kept.delete(kept.keys().next().value!)
      kept.set(name, key)
    }
    return key
  }
}

/** As a key object: OpenSSL takes one in a fifth of the time that it takes for bytes. */
function deriveSigningKey(secretAccessKey: string, scope: string): KeyObject {
  let key = Buffer.from(`AWS4${secretAccessKey}`)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  return createSecretKey(key)
}
