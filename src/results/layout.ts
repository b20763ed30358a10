import { InvalidInputError } from '../errors.ts'
import type { Direction } from './stores.ts'

/**
 * Where every object of a run is: keys relative to the run's folder, the same on S3 and on local disk. Names that
 * somebody chose freely are percent-encoded; ids of documents are numbers. `underPrefix` puts the run's folder, and
 * a bucket's prefix, in front.
 */
export const MANIFEST_KEY = 'manifest.json'
export const RESULTS_KEY = 'results.json'
export const LEDGER_KEY = 'ledger.ndjson'
export const REPORT_KEY = 'report.html'
/** The run for a build server, for a pull request, and of traffic as k6 would sum it up. */
export const JUNIT_KEY = 'junit.xml'
export const MARKDOWN_KEY = 'summary.md'
export const K6_SUMMARY_KEY = 'k6-summary.json'
/** What the hosts measured, in CloudWatch's embedded metric format. On local disk only. */
export const METRICS_KEY = 'metrics.ndjson'
/** What they said. On local disk only. */
export const HOST_LOG_KEY = 'host.log'

/** Folders of the results, each with its slash. */
export const DELAYS_PREFIX = 'delays/'
export const PERCENTILES_PREFIX = 'percentiles/'
export const MERGED_PREFIX = 'merged_percentiles/'
const OUTPUT_PREFIX = 'output/'

/** Results in brief: what every bundle has. Everything else is fetched when it is asked for. */
export function isBrief(key: string): boolean {
  return key.startsWith(PERCENTILES_PREFIX) || key.startsWith(MERGED_PREFIX)
}

/** All sequences' percentiles in one object. */
export const MERGED_KEY = `${MERGED_PREFIX}merged_percentiles.json`

/** An aircraft's day. */
export function sequenceKey(sequenceId: number): string {
  return `sequences/${wholeId(sequenceId)}.json`
}

/** A job's details, where they are too large for its message. */
export function jobDetailsKey(jobId: string): string {
  return `jobs/${encodeName(jobId)}.json`
}

/** The output of a planned synthetic job. */
export function jobOutputKey(jobId: string): string {
  return `${OUTPUT_PREFIX}${encodeName(jobId)}.json`
}

export function modelKey(direction: Direction, iata: string): string {
  return `delay_models/${direction}/${encodeName(iata)}.parquet`
}

export function delaysKey(jobId: string): string {
  return `${DELAYS_PREFIX}${encodeName(jobId)}.parquet`
}

export function percentilesKey(sequenceId: number): string {
  return `${PERCENTILES_PREFIX}${wholeId(sequenceId)}.json`
}

/**
 * The output of a bare synthetic job, which belongs to no run: relative to the bucket, by the UTC hour in which its
 * message was first sent (`sentAtMs`, wall-clock milliseconds), so that a redelivery writes the same key.
 */
export function bareOutputKey(jobId: string, sentAtMs: number): string {
  const hour = new Date(sentAtMs).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
  return `${OUTPUT_PREFIX}${hour}/${encodeName(jobId)}.json`
}

/** Where a run's results document is uploaded at its end: relative to the bucket; `timestamp` as in the run's id. */
export function uploadedResultsKey(environment: string, scenario: string, timestamp: string, taskId: string): string {
  return `${[environment, scenario, timestamp, taskId].map(encodeName).join('/')}/results.json`
}

/** `prefix/key` with one slash between them; an empty prefix adds nothing, so that no key begins with a slash. */
export function underPrefix(prefix: string, key: string): string {
  const trimmed = prefix.replaceAll(/^\/+|\/+$/g, '')
  return trimmed === '' ? key : `${trimmed}/${key}`
}

/**
 * A free name as one segment of a key: percent-encoded, except for letters, digits, `-`, `_`, `.` and `~`. Names of
 * nothing but dots, which are places on a disk, have their dots encoded too. Different names stay different. Throws
 * InvalidInputError for an empty name and for half a surrogate pair.
 */
export function encodeName(name: string): string {
  if (name === '') throw new InvalidInputError('a name in a key must not be empty')
  if (!name.isWellFormed()) throw new InvalidInputError(`${JSON.stringify(name)} is not well-formed Unicode`)
  const encoded = encodeURIComponent(name).replaceAll(/[!'()*]/g, percent)
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', percent) : encoded
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function wholeId(id: number): string {
  if (!Number.isSafeInteger(id) || id < 0)
    throw new InvalidInputError(`a sequence_id must be a whole number, got ${id}`)
  return String(id)
}
