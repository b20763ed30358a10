import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { InvalidInputError, RefusedError } from '../../errors.ts'
import { diskStore } from '../../results/disk-store.ts'
import type { Manifest } from '../../results/documents.ts'
import { fetchBundle, type ExpectedObject, type FindFiles, type Transfer } from '../../results/fetch-bundle.ts'
import { fileSha256 } from '../../results/file-sha256.ts'
import { getIfThere } from '../../results/get-if-there.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { InvalidObjectError } from '../../results/invalid-object-error.ts'
import { isBrief, LEDGER_KEY, MANIFEST_KEY, REPORT_KEY, RESULTS_KEY } from '../../results/layout.ts'
import { objectFiles, type ObjectFiles } from '../../results/object-files.ts'
import { outputsOf } from '../../results/outputs-of.ts'
import { readLedger } from '../../results/read-ledger.ts'
import { readTrafficDocument } from '../../results/read-traffic-document.ts'
import { s3Store } from '../../results/s3-store.ts'
import { storedObject } from '../../results/stored-object.ts'
import { TRAFFIC_KEY } from '../../results/traffic-layout.ts'
import { loadWorkload } from '../../workloads/registry.ts'

export interface MoveOptions {
  readonly runId: string
  readonly environment: StartedEnvironment
  /** The local bundle's. */
  readonly folder: string
  /** Everything; otherwise what is brief: manifest, percentiles, merged, ledger, results, report. */
  readonly withDelays: boolean
  readonly findFiles?: FindFiles
  readonly onDone?: (done: number, of: number) => void
}

/** Objects that were to be moved and are not there at all: the bundle was fetched without its delays. */
export interface Moved extends Transfer {
  readonly absent: number
}

const IN_FLIGHT = 8
/** The results document last: where it is, all the rest is. */
const DOCUMENTS = [LEDGER_KEY, REPORT_KEY, RESULTS_KEY]

/** Brings a run's bundle from the data bucket to disk. A second call transfers only what is missing or differs. */
export async function pullBundle(options: MoveOptions): Promise<Moved> {
  const { runId, environment, folder, onDone } = options
  const place = { client: environment.clients.s3, bucket: environment.names.data, prefix: runId }
  const files = objectFiles(place)
  const local = diskStore(folder)
  const count = { kept: 0, transferred: 0, bytes: 0 }

  async function pull(key: string, why: string): Promise<void> {
    const there = await files.sha256Of(key)
    if (there === undefined) throw notThere(`s3://${place.bucket}/${runId}/${key}`, why)
    const kept = (await fileSha256(join(folder, key))) === there
    if (!kept) count.bytes += await files.download(key, join(folder, key))
    count[kept ? 'kept' : 'transferred']++
  }

  await pull(MANIFEST_KEY, `the run is not known there, or has expired`)
  await pull(LEDGER_KEY, 'the run has not ended yet')
  const manifest = await readManifest(folder)
  if (manifest.merged) await pull(TRAFFIC_KEY, 'the merged bundle was not pushed whole')
  const fetch = (expected: readonly ExpectedObject[]) =>
    fetchBundle({ expected, folder, objects: s3Store(place), findFiles: options.findFiles, onDone })
  const outputs = await fetch(await expectedOf(options))
  const figures = await fetch(await figuresIn(folder))
  for (const { key, body } of await plannedDocuments(manifest)) {
    const bytes = Buffer.from(body)
    const kept = (await fileSha256(join(folder, key))) === storedObject(key, bytes).sha256
    if (!kept) await local.put(key, bytes) // drawn again: nothing is transferred
  }
  for (const key of [REPORT_KEY, RESULTS_KEY]) await pull(key, 'the run has not ended yet')
  return {
    kept: count.kept + outputs.kept + figures.kept,
    transferred: count.transferred + outputs.transferred + figures.transferred,
    bytes: count.bytes + outputs.bytes + figures.bytes,
    absent: 0,
  }
}

/**
 * Brings a local bundle to the data bucket, to be pulled elsewhere. What is there with the same SHA-256 stays. Throws
 * InvalidObjectError where a file is not what its ledger says, and RefusedError where the run id is another run's there.
 */
export async function pushBundle(options: MoveOptions): Promise<Moved> {
  const { runId, environment, folder, onDone } = options
  const bucket = environment.names.data
  const files = objectFiles({ client: environment.clients.s3, bucket, prefix: runId })
  const manifest = await readManifest(folder)
  await mustBeSameRun(files, folder, `s3://${bucket}/${runId}/${MANIFEST_KEY}`)
  const expected = [...(await expectedOf(options)), ...(await figuresIn(folder))]
  const last = manifest.merged ? [TRAFFIC_KEY, ...DOCUMENTS] : DOCUMENTS
  const documents = [...(await plannedDocuments(manifest))].map(({ key, body }) => storedObject(key, Buffer.from(body)))
  const count = { kept: 0, transferred: 0, bytes: 0, absent: 0 }

  async function push(key: string, sha256: string | undefined): Promise<void> {
    const here = await fileSha256(join(folder, key))
    if (here === undefined) count.absent++
    else if (sha256 !== undefined && here !== sha256)
      throw new InvalidObjectError(
        `${join(folder, key)}: its SHA-256 is ${here}, and should be ${sha256}: it was changed`,
      )
    else if ((await files.sha256Of(key)) === here) count.kept++
    else {
      const bytes = await files.upload(key, join(folder, key))
      count.bytes += bytes
      count.transferred++
    }
    onDone?.(count.kept + count.transferred + count.absent, expected.length + documents.length + 1 + last.length)
  }

  await push(MANIFEST_KEY, undefined)
  await inParallel([...expected, ...documents], IN_FLIGHT, ({ key, sha256 }) => push(key, sha256))
  for (const key of last) await push(key, undefined)
  return count
}

/** Throws InvalidInputError where there is no bundle. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST_KEY), 'utf8')) as Manifest
  } catch (cause) {
    throw notThere(join(folder, MANIFEST_KEY), (cause as Error).message)
  }
}

async function mustBeSameRun(files: ObjectFiles, folder: string, where: string): Promise<void> {
  const there = await files.sha256Of(MANIFEST_KEY)
  if (there === undefined || there === (await fileSha256(join(folder, MANIFEST_KEY)))) return
  throw new RefusedError(
    `${where} is another run's: nothing is pushed over it. Run the scenario under another --run-id`,
  )
}

async function expectedOf({ folder, withDelays }: MoveOptions): Promise<ExpectedObject[]> {
  const expected: ExpectedObject[] = []
  for await (const entry of readLedger(join(folder, LEDGER_KEY))) {
    if (entry.state === 'done') expected.push(...outputsOf([entry]).filter(({ key }) => withDelays || isKept(key)))
  }
  return expected
}

function isKept(key: string): boolean {
  return isBrief(key) || key === TRAFFIC_KEY
}

/** What belongs to the figures of a traffic run, always; nothing of another run. */
async function figuresIn(folder: string): Promise<readonly ExpectedObject[]> {
  const local = diskStore(folder)
  const body = await getIfThere(local, TRAFFIC_KEY)
  return body ? (await readTrafficDocument(local)).files : []
}

/** What existed before the first job is drawn again from the manifest, where this version draws the same. */
async function plannedDocuments({ workload: name, settings, seed, generator_version: version }: Manifest) {
  const workload = await loadWorkload(name)
  return workload.generatorVersion === version ? workload.plan(settings, seed).documents : []
}

function notThere(what: string, why: string): InvalidInputError {
  return new InvalidInputError('There is no such bundle:', [
    { path: 'run-id', message: `${what} is not there: ${why}` },
  ])
}
