import { TurnaroundError } from '../errors.ts'

/** A key no store takes: a fault in the program or in a message, never in what is stored. */
export class InvalidKeyError extends TurnaroundError {
  override readonly code = 'INVALID_KEY'
}

/**
 * Checks that a key stays in its store's folder, on disk as on S3: segments between single slashes, none of them empty,
 * `.` or `..`; no backslash (a separator on Windows) and no NUL. Throws InvalidKeyError.
 */
export function checkKey(key: string): void {
  const wrong = key.split('/').find((segment) => segment === '' || segment === '.' || segment === '..')
  if (wrong === undefined && !/[\\\0]/.test(key)) return
  const rule = 'a key is names between single slashes, none of them "", "." or "..", without "\\" and NUL'
  throw new InvalidKeyError(`${JSON.stringify(key)} is not a key: ${rule}`)
}
