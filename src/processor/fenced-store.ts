import type { ObjectStore } from '../results/stores.ts'

/** Stores nothing unless `mayWrite` resolves first: who no longer holds a job must not write over its successor. */
export function fencedStore(objects: ObjectStore, mayWrite: () => Promise<void>): ObjectStore {
  return {
    get: (key) => objects.get(key),
    async put(key, body) {
      await mayWrite()
      return objects.put(key, body)
    },
  }
}
