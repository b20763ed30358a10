import type { LedgerEntry } from './documents.ts'
import type { ExpectedObject } from './fetch-bundle.ts'

/** The outputs of the done jobs that are objects of this run. */
export function outputsOf(done: readonly LedgerEntry[]): ExpectedObject[] {
  return done.flatMap(({ output_key: key, output_sha256: sha256 }) =>
    key === null || sha256 === null ? [] : [{ key, sha256 }],
  )
}
