import { TurnaroundError } from '../errors.ts'

/** An object exists but does not hold what its key promises: truncated, damaged, or written by another program. */
export class InvalidObjectError extends TurnaroundError {
  override readonly code = 'INVALID_OBJECT'
}

/** Runs `read`, and puts `key` in front of whatever it finds wrong. */
export function readingObject<T>(key: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error
    throw new InvalidObjectError(`${key}: ${error.message}`, { cause: error })
  }
}
