import { type FailedEntry, missingParameter, SqsError } from './errors.ts'
import { limits } from './limits.ts'

interface Entry {
  readonly Id?: string
}

const entryId = /^[A-Za-z0-9_-]{1,80}$/

/** Throws the error that fails a batch as a whole; `shape` is what AWS calls its entries. */
export function checkBatch(shape: string, entries: readonly Entry[]): void {
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', `There should be at least one ${shape} in the request.`)
  }
  if (entries.length > limits.batchEntries) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${limits.batchEntries}. You have sent ${entries.length}.`,
    )
  }
  const seen = new Set<string>()
  for (const [index, { Id: id }] of entries.entries()) {
    if (id === undefined) throw missingParameter(`${shape}.${index + 1}.Id`)
    if (!entryId.test(id)) {
      throw new SqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
          'It can be at most 80 letters long.',
      )
    }
    if (seen.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`)
    seen.add(id)
  }
}

/** Runs each entry; an SQS error fails that entry alone. The entries have passed checkBatch. */
export function runBatch<E extends Entry>(entries: readonly E[], run: (entry: E) => object): object {
  const successful: object[] = []
  const failed: FailedEntry[] = []
  for (const entry of entries) {
    const id = entry.Id!
    try {
      successful.push({ Id: id, ...run(entry) })
    } catch (error) {
      if (!(error instanceof SqsError)) throw error
      failed.push(error.entry(id))
    }
  }
  // AWS leaves an empty list out.
  return {
    ...(successful.length > 0 && { Successful: successful }),
    ...(failed.length > 0 && { Failed: failed }),
  }
}
