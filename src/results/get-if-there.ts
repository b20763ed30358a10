import { NotFoundError } from '../errors.ts'
import type { ObjectStore } from './stores.ts'

/** Undefined where there is no such object. */
export async function getIfThere(objects: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await objects.get(key)
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
