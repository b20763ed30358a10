import { canonicalJson, type Json } from './canonical-json.ts'
import type { ResultsDocument } from './documents.ts'
import { uploadedResultsKey } from './layout.ts'
import type { ObjectStore } from './stores.ts'
import { timestampOf } from './timestamp.ts'

/** Brings the results document of a run to where results are kept (requirement 000, result storage). */
export interface ResultUploader {
  /** Where this document goes, e.g. `s3://load-test-results-uat-123456789012/uat/flights/20251121t131500z/…/results.json`. */
  urlOf(results: ResultsDocument): string
  /** Answers the URL. Repeating it replaces the same object. Throws EnvironmentError, after the store's own retries. */
  upload(results: ResultsDocument): Promise<string>
}

/** `store`: the results bucket, or a folder on local disk; `place`: its name in front of a key, e.g. `s3://bucket`. */
export function resultUploader(options: { readonly store: ObjectStore; readonly place: string }): ResultUploader {
  const { store, place } = options
  const urlOf = (results: ResultsDocument) => `${place}/${resultsKeyOf(results)}`
  return {
    urlOf,
    async upload(results) {
      await store.put(resultsKeyOf(results), resultsBody(results))
      return urlOf(results)
    },
  }
}

/** One key a run, whoever takes it up again: the runner is the one that began it. */
export function resultsKeyOf({ environment, scenario, started_at, runner }: ResultsDocument): string {
  return uploadedResultsKey(environment, scenario, timestampOf(Date.parse(started_at)), runner.task_id)
}

export function resultsBody(results: ResultsDocument): Uint8Array {
  return Buffer.from(canonicalJson(results as unknown as Json))
}
