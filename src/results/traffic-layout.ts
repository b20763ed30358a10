import { createHash } from 'node:crypto'
import { encodeName, PERCENTILES_PREFIX } from './layout.ts'

/** Where the objects of a traffic run are, relative to the run's folder (layout.ts has those that all runs share). */
export const TRAFFIC_KEY = 'traffic.json'
/** Every window, all shards together (traffic-windows.ts). */
export const WINDOWS_KEY = 'windows.bin'
/** The same for other programs. */
export const WINDOWS_TABLE_KEY = 'windows.parquet'
/** The whole run, encoded (figures-encoding.ts). */
export const FIGURES_KEY = 'figures.bin'
/** Settings that are too large to travel with every job. */
export const TRAFFIC_SETTINGS_KEY = 'traffic-settings.json'

/** How a shard ended. */
export function shardKey(jobId: string): string {
  return `shards/${encodeName(jobId)}.json`
}

/** Windows of one shard, as it shipped them: batch 0, 1, … */
export function windowsBatchKey(jobId: string, batch: number): string {
  return windowsBatchKeys(jobId)(batch)
}

/** The same, for who asks for many of one job. */
export function windowsBatchKeys(jobId: string): (batch: number) => string {
  const folder = `windows/${encodeName(jobId)}/`
  return (batch) => `${folder}${batch}.bin`
}

/** What step 1, 2, … of a search found, and what comes next. */
export function decisionKey(step: number): string {
  return `decisions/step-${step}.json`
}

/** A file name may have 255 bytes, and a step's name may be a URL. */
const LONGEST_NAME = 200
const HASH_CHARACTERS = 16

/** Percentiles of one step. A name too long for a file keeps its beginning and ends in a hash of all of it. */
export function stepPercentilesKey(step: string): string {
  const encoded = encodeName(step === '' ? '(unnamed)' : step)
  if (encoded.length <= LONGEST_NAME) return `${PERCENTILES_PREFIX}${encoded}.json`
  const hash = createHash('sha256').update(step).digest('hex').slice(0, HASH_CHARACTERS)
  const beginning = encoded.slice(0, LONGEST_NAME - HASH_CHARACTERS - 1).replace(/%[0-9A-F]?$/, '')
  return `${PERCENTILES_PREFIX}${beginning}~${hash}.json`
}
