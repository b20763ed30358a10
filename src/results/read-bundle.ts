import { join } from 'node:path'
import { z } from 'zod'
import { InvalidInputError, NotFoundError } from '../errors.ts'
import { diskStore, type DiskStore } from './disk-store.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from './documents.ts'
import { getIfThere } from './get-if-there.ts'
import { InvalidObjectError } from './invalid-object-error.ts'
import { LEDGER_KEY, MANIFEST_KEY, RESULTS_KEY } from './layout.ts'
import { parseJson } from './percentiles-document.ts'
import { readLedger } from './read-ledger.ts'
import type { TrafficDocument } from './traffic-document.ts'
import { TRAFFIC_KEY } from './traffic-layout.ts'

/** A run's folder, read: all that its reports are made of. */
export interface Bundle {
  readonly folder: string
  readonly local: DiskStore
  readonly manifest: Manifest
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
  /** Of a traffic run that came to its figures. */
  readonly traffic: TrafficDocument | undefined
}

/** Enough of each document to know that it is one; the rest is as its writer left it. */
const manifestSchema = z.looseObject({
  ...{ run_id: z.string(), scenario: z.string(), workload: z.string(), settings: z.looseObject({}) },
  ...{ host: z.looseObject({}), versions: z.looseObject({}) },
})
const resultsSchema = z.looseObject({
  ...{ run_id: z.string(), verdict: z.string(), exit_code: z.int(), jobs: z.looseObject({ total: z.int() }) },
  ...{ failures: z.array(z.unknown()), summary_lines: z.array(z.unknown()) },
})
const trafficSchema = z.looseObject({
  format_version: z.literal(1),
  verdict: z.looseObject({ state: z.string(), measures: z.array(z.unknown()) }),
  ...{ shards: z.array(z.unknown()), ledger: z.array(z.unknown()), files: z.array(z.unknown()) },
})

/** From anywhere, without an environment. Throws InvalidInputError, which names the file that is missing or is none. */
export async function readBundle(folder: string): Promise<Bundle> {
  const local = diskStore(folder)

  async function read<T>(key: string, schema: z.ZodType): Promise<T> {
    const wrong = (message: string, cause: unknown) =>
      new InvalidInputError('The bundle cannot be read:', [{ path: join(folder, key), message }], { cause })
    try {
      return schema.parse(parseJson(await local.get(key))) as T
    } catch (cause) {
      if (cause instanceof NotFoundError) throw wrong(MISSING[key], cause)
      if (cause instanceof InvalidObjectError) throw wrong(cause.message, cause)
      if (!(cause instanceof z.ZodError)) throw cause
      const [{ path, message }] = cause.issues
      throw wrong(`is not what its name says: ${path.join('.') || 'it'}: ${message}`, cause)
    }
  }

  const manifest = await read<Manifest>(MANIFEST_KEY, manifestSchema)
  const results = await read<ResultsDocument>(RESULTS_KEY, resultsSchema)
  const ledger = await readEntries(join(folder, LEDGER_KEY))
  const isTraffic = (await getIfThere(local, TRAFFIC_KEY)) !== undefined
  const traffic = isTraffic ? await read<TrafficDocument>(TRAFFIC_KEY, trafficSchema) : undefined
  return { folder, local, manifest, results, ledger, traffic }
}

const MISSING: { readonly [key: string]: string } = {
  [MANIFEST_KEY]: 'does not exist; a bundle is the folder that turnaround run names at its end',
  [RESULTS_KEY]: 'does not exist: the run has not ended, or broke off; end it with turnaround run and its --run-id',
}

async function readEntries(file: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  try {
    for await (const entry of readLedger(file)) entries.push(entry)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new InvalidInputError('The bundle cannot be read:', [{ path: file, message: 'does not exist' }], { cause })
  }
  return entries
}
