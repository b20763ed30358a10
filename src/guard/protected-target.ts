import { isTargetOf } from '../environment/allowed-target.ts'
import { readStages, isProtected } from '../environment/settings.ts'
import { RefusedError } from '../errors.ts'

/**
 * Refuses a URL that config/environments.json says belongs to a protected environment: its host is that of one of the
 * environment's own URLs, or one of its allowed targets. For what sends requests without being a run of that environment.
 * Throws RefusedError, and InvalidInputError for a file that cannot be read.
 */
export function refuseProtectedTarget(url: URL, configFile?: string): void {
  for (const [name, settings] of Object.entries(readStages(configFile))) {
    if (!isProtected(name, settings)) continue
    const { 'allowed-targets': allowed = [], ...others } = settings
    const own = Object.values(others).flatMap((value) =>
      typeof value === 'string' ? (URL.parse(value)?.host ?? []) : [],
    )
    const isOwn = own.some((host) => host === url.host) || allowed.some((pattern) => isTargetOf(url, pattern))
    if (!isOwn) continue
    // The URL may carry a password or a key in its query: only the host is shown.
    throw new RefusedError(
      `${url.host} belongs to ${name}, which is protected: write a scenario for it and start it with turnaround run --env ${name}, which asks for a confirmation`,
    )
  }
}
