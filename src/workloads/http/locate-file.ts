import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Fault } from '../../errors.ts'
import { shippedFolder } from '../../scenario/find-scenario.ts'

/**
 * A file that a scenario names: absolute, or relative to the working folder, to `scenarios` in it, or to the scenarios
 * that come with Turnaround. Undefined where there is none in any of these places.
 */
export function locateFile(name: string): string | undefined {
  return placesOf(name).find((path) => existsSync(path))
}

/** The same for those who cannot go on without it. */
export function locatedFile(name: string): string {
  const path = locateFile(name)
  if (path !== undefined) return path
  throw new Error(`${name} does not exist on this host; looked for ${placesOf(name).join(', ')}`)
}

function placesOf(name: string): string[] {
  return [...new Set([resolve(name), resolve('scenarios', name), resolve(shippedFolder, name)])]
}

/** A file that a scenario names at `path`, and that is nowhere. */
export function missingFile(path: string, name: string): Fault {
  return { path, message: `${JSON.stringify(name)} does not exist; looked for ${placesOf(name).join(', ')}` }
}
