import { open } from 'node:fs/promises'
import { InvalidInputError } from '../errors.ts'
import type { LedgerEntry } from './documents.ts'

/** Every job of `ledger.ndjson`, line by line: it may be half a gigabyte. Throws InvalidInputError with file and line. */
export async function* readLedger(path: string): AsyncGenerator<LedgerEntry> {
  const file = await open(path)
  let line = 0
  try {
    for await (const text of file.readLines()) {
      line++
      try {
        yield JSON.parse(text) as LedgerEntry
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause
        throw new InvalidInputError(`${path}:${line} is not a line of a ledger: ${cause.message}`, [], { cause })
      }
    }
  } finally {
    await file.close()
  }
}
