import { isAbsolute, relative, sep } from 'node:path'
import type { DataFolder } from '../data-folder.ts'
import type { LiveBackend } from '../live-backend.ts'
import { Refusal } from './refusal.ts'

/** For each key the file of its object's body, relative to the data folder, with forward slashes; null where there is none. */
export function bodyPaths({ backend }: LiveBackend, folder: DataFolder, asked: unknown): object {
  const { bucket, keys } = (asked ?? {}) as { bucket?: unknown; keys?: unknown }
  if (typeof bucket !== 'string' || !Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw new Refusal(400, 'the request must be {"bucket": string, "keys": [string, …]}')
  }
  const paths = keys.map((key) => [key, relativePath(backend.bodyPath(bucket, key))] as const)
  return { bodies: Object.fromEntries(paths) }

  function relativePath(path: string | undefined): string | null {
    if (path === undefined) return null
    const inside = isAbsolute(path) ? relative(folder.path, path) : path
    return inside.split(sep).join('/')
  }
}
