import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import type { Clock } from '../clock.ts'
import { InvalidInputError, NotFoundError } from '../errors.ts'
import type { ResultsDocument } from './documents.ts'
import { encodeName, RESULTS_KEY } from './layout.ts'
import { s3Store, translatingFaults } from './s3-store.ts'
import { timestampOf } from './timestamp.ts'

export interface UploadedResults {
  readonly key: string
  readonly results: ResultsDocument
}

export interface UploadedList {
  /** The latest start first. */
  readonly found: readonly UploadedResults[]
  /** Documents that cannot be read, and scenarios with more runs than are looked through: said, not hidden. */
  readonly notes: readonly string[]
}

export interface UploadedResultsReader {
  /** At most `limit` of one environment, and of one scenario where it is given. */
  latest(options: { environment: string; scenario?: string; limit: number }): Promise<UploadedList>
  /** Throws NotFoundError, which names the key. */
  get(key: string): Promise<UploadedResults>
}

const DAY_MS = 24 * 3600 * 1000
/** S3 lists the oldest first, so the youngest days are tried first, and the past only as far as needed. */
const WINDOWS_DAYS = [1, 30, 365, Infinity]
const PAGES = 5
const SCENARIO_PAGES = 5
const DOWNLOADS = 8

/**
 * Reads back what `ResultUploader` stored, by its key alone: `{environment}/{scenario}/{timestamp}/{task-id}/results.json`.
 * The work is bounded however many runs there are: a few listings a scenario, and `limit` documents.
 */
export function uploadedResults(options: { client: S3Client; bucket: string; clock: Clock }): UploadedResultsReader {
  const { client, bucket, clock } = options
  const store = s3Store({ client, bucket, prefix: '' })

  async function foldersIn(Prefix: string, StartAfter: string | undefined, pages: number) {
    const folders: string[] = []
    let ContinuationToken: string | undefined
    for (let page = 0; page < pages; page++) {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix,
        Delimiter: '/',
        StartAfter,
        ContinuationToken,
      })
      const answer = await translatingFaults(bucket, Prefix, () => client.send(command))
      folders.push(...(answer.CommonPrefixes ?? []).map((common) => common.Prefix!))
      ContinuationToken = answer.NextContinuationToken
      if (ContinuationToken === undefined) return { folders, more: false }
    }
    return { folders, more: true }
  }

  /** Folders of runs that began on or after the instant. */
  async function runsSince(scenarios: readonly string[], sinceMs: number) {
    const runs: string[] = []
    const crowded: string[] = []
    for (const scenario of scenarios) {
      const startAfter = Number.isFinite(sinceMs) ? `${scenario}${timestampOf(sinceMs)}` : undefined
      const { folders, more } = await foldersIn(scenario, startAfter, PAGES)
      runs.push(...folders)
      if (more) crowded.push(scenario)
    }
    return { runs, crowded }
  }

  async function newestRuns(scenarios: readonly string[], limit: number) {
    let best = await runsSince(scenarios, clock.now() - WINDOWS_DAYS[0] * DAY_MS)
    for (const days of WINDOWS_DAYS.slice(1)) {
      if (best.runs.length >= limit || best.crowded.length > 0) break
      const wider = await runsSince(scenarios, clock.now() - days * DAY_MS)
      if (wider.crowded.length > 0) break // its youngest would be missing
      best = wider
    }
    best.runs.sort((a, b) => (timestampIn(a) < timestampIn(b) ? 1 : -1))
    return { runs: best.runs.slice(0, limit), crowded: best.crowded }
  }

  async function get(key: string): Promise<UploadedResults> {
    const text = Buffer.from(await store.get(key)).toString()
    try {
      return { key, results: JSON.parse(text) as ResultsDocument }
    } catch (cause) {
      const why = (cause as Error).message
      throw new InvalidInputError(`s3://${bucket}/${key} is not a results document: ${why}`, [], { cause })
    }
  }

  return {
    get,
    async latest({ environment, scenario, limit }) {
      const prefix = `${encodeName(environment)}/`
      const { folders: scenarios } =
        scenario === undefined
          ? await foldersIn(prefix, undefined, SCENARIO_PAGES)
          : { folders: [`${prefix}${encodeName(scenario)}/`] }
      const { runs, crowded } = await newestRuns(scenarios, limit)
      const notes = crowded.map((folder) => `${folder} has more runs of one day than are looked through`)
      const found: UploadedResults[] = []
      for (let at = 0; at < runs.length && found.length < limit; at += DOWNLOADS) {
        const tasks = await Promise.all(runs.slice(at, at + DOWNLOADS).map((run) => foldersIn(run, undefined, 1)))
        const keys = tasks.flatMap(({ folders }) => folders.map((folder) => `${folder}${RESULTS_KEY}`))
        for (const read of await Promise.allSettled(keys.map(get))) {
          if (read.status === 'fulfilled') found.push(read.value)
          else if (read.reason instanceof InvalidInputError) notes.push(read.reason.message)
          else if (!(read.reason instanceof NotFoundError)) throw read.reason
        }
      }
      return { found: found.slice(0, limit), notes }
    },
  }
}

/** `uat/flights/20251121t131500z/` → `20251121t131500z`. */
function timestampIn(folder: string): string {
  return folder.split('/').at(-2)!
}
