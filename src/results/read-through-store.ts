import { NotFoundError } from '../errors.ts'
import type { ObjectStore } from './stores.ts'

/** Reads from the first store that has the object; stores into the first. */
export function readThroughStore(first: ObjectStore, second: ObjectStore): ObjectStore {
  return {
    put: (key, body) => first.put(key, body),
    async get(key) {
      try {
        return await first.get(key)
      } catch (error) {
        if (error instanceof NotFoundError) return second.get(key)
        throw error
      }
    },
  }
}
