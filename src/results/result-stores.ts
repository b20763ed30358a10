import { canonicalJson, type Json } from './canonical-json.ts'
import { readingObject } from './invalid-object-error.ts'
import { delaysKey, MERGED_KEY, modelKey, percentilesKey } from './layout.ts'
import { decodeDelayModel, encodeDelayModel } from './parquet/delay-model.ts'
import { decodeDelayTable, encodeDelayTable } from './parquet/delay-table.ts'
import { parseJson, parseMergedPercentiles, parsePercentiles } from './percentiles-document.ts'
import type { ObjectStore, Percentiles, ResultStores } from './stores.ts'

/**
 * The stores of one run, on any object store whose keys are relative to the run's folder. What is stored is checked as
 * it is read: an object that does not hold what its key promises is an InvalidObjectError that names the key.
 */
export function resultStores(objects: ObjectStore): ResultStores {
  async function read<T>(key: string, decode: (body: Uint8Array) => T): Promise<T> {
    const body = await objects.get(key)
    return readingObject(key, () => decode(body))
  }

  return {
    objects,
    models: {
      store: (direction, iata, model) => objects.put(modelKey(direction, iata), encodeDelayModel(model)),
      get: (direction, iata) => read(modelKey(direction, iata), decodeDelayModel),
    },
    delays: {
      store: (jobId, table) => objects.put(delaysKey(jobId), encodeDelayTable(table)),
      get: (jobId) => read(delaysKey(jobId), decodeDelayTable),
    },
    percentiles: {
      store: (sequenceId, percentiles) => objects.put(percentilesKey(sequenceId), json(document(percentiles))),
      get: (sequenceId) => read(percentilesKey(sequenceId), (body) => parsePercentiles(parseJson(body))),
    },
    merged: {
      store: (merged) => objects.put(MERGED_KEY, json(mergedDocument(merged))),
      get: () => read(MERGED_KEY, (body) => parseMergedPercentiles(parseJson(body))),
    },
  }
}

function mergedDocument(merged: ReadonlyMap<number, Percentiles>): Json {
  return Object.fromEntries(
    Array.from(merged, ([sequenceId, percentiles]) => [String(sequenceId), document(percentiles)]),
  )
}

function document(percentiles: Percentiles): { readonly [name: string]: Json } {
  return { ...percentiles }
}

function json(value: Json): Uint8Array {
  return Buffer.from(canonicalJson(value))
}
