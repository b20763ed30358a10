import { createHash } from 'node:crypto'
import type { StoredObject } from './stores.ts'

/** What a store answers for a body it has stored under `key`. */
export function storedObject(key: string, body: Uint8Array): StoredObject {
  return { key, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }
}
