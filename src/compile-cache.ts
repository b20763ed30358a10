import { enableCompileCache } from 'node:module'

/**
 * Worker threads do not inherit the cache of compiled code that `bin/turnaround.js` has switched on, and compile an SDK anew
 * each (docs/decisions/0017-start.md). Call it before anything large is imported; without the launcher it does nothing.
 */
export function useCompileCache(): void {
  if (process.env.NODE_COMPILE_CACHE) enableCompileCache()
}
