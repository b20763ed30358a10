import { isAbsolute, relative, sep } from 'node:path'
import type { DataFolder } from '../data-folder.ts'
import type { LiveBackend } from '../live-backend.ts'
import { Refusal } from './refusal.ts'

/** What one answer carries of small bodies at most; for the others a client asks S3. */
const mostBytes = 8 * 1024 * 1024

/**
 * For each key, under `bodies`, the file of its object's body, relative to the data folder, with forward slashes; null
 * where there is none. Under `small` the bytes, in base64, of objects too small for a file.
 */
export function bodyPaths({ backend }: LiveBackend, folder: DataFolder, asked: unknown): object {
  const { bucket, keys } = (asked ?? {}) as { bucket?: unknown; keys?: unknown }
  if (typeof bucket !== 'string' || !Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw new Refusal(400, 'the request must be {"bucket": string, "keys": [string, …]}')
  }
  const bodies: [string, string | null][] = []
  const small: [string, string][] = []
  let room = mostBytes
  for (const key of keys) {
    const path = backend.bodyPath(bucket, key)
    bodies.push([key, path === undefined ? null : relativePath(path)])
    const bytes = path === undefined && room > 0 ? backend.smallBody(bucket, key) : undefined
    if (bytes === undefined) continue
    room -= bytes.length
    small.push([key, bytes.toString('base64')])
  }
  return { bodies: Object.fromEntries(bodies), small: Object.fromEntries(small) }

  function relativePath(path: string): string {
    const inside = isAbsolute(path) ? relative(folder.path, path) : path
    return inside.split(sep).join('/')
  }
}
