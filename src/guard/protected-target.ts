import { ownerOf, whyProtected } from '../environment/allowed-target.ts'
import { protectedHosts } from '../environment/target-rules.ts'
import { RefusedError } from '../errors.ts'

/**
 * Refuses a URL that config/environments.json says belongs to a protected environment: its host is that of one of the
 * environment's own URLs, or one of its allowed targets. For what sends requests without being a run of that environment.
 * Throws RefusedError, and InvalidInputError for a file that cannot be read.
 */
export function refuseProtectedTarget(url: URL, configFile?: string): void {
  const owner = ownerOf(url, protectedHosts(configFile))
  if (owner !== undefined) throw new RefusedError(whyProtected(url, owner))
}
