import { join } from 'node:path'
import { Figures } from '../../src/engine/figures.ts'
import { canonicalJson, type Json } from '../../src/results/canonical-json.ts'
import { diskStore, type DiskStore } from '../../src/results/disk-store.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../../src/results/documents.ts'
import { delaysKey, LEDGER_KEY, MANIFEST_KEY, RESULTS_KEY } from '../../src/results/layout.ts'
import { resultStores } from '../../src/results/result-stores.ts'
import { storedObject } from '../../src/results/stored-object.ts'
import type { StoredObject } from '../../src/results/stores.ts'
import type { ShardDocument } from '../../src/results/traffic-document.ts'
import { shardKey } from '../../src/results/traffic-layout.ts'
import { encodeTotalsTable } from '../../src/results/traffic-tables.ts'
import { planTraffic } from '../../src/workloads/traffic/plan.ts'
import { processTraffic } from '../../src/workloads/traffic/process.ts'
import { readTrafficDocument } from '../../src/results/read-traffic-document.ts'
import { trafficVerdict } from '../../src/cli/run/results-document.ts'
import { makeEntry, makeManifest, makeResults } from '../report/documents.ts'
import { figuresOf, type Happening } from '../results/traffic-figures-of.ts'
import { storeCannedShard } from '../workloads/traffic/canned-shard.ts'
import { contextOf, testSchema, testSpec } from '../workloads/traffic/run-traffic.ts'

export interface BundleOptions {
  readonly runId: string
  /** What happened, by shard and second. */
  readonly shards?: readonly (readonly (readonly Happening[])[])[]
  /** Changes to the document of each shard. */
  readonly document?: Partial<ShardDocument>
  readonly startedAt?: string
  readonly load?: object
  readonly manifest?: Partial<Manifest>
  readonly results?: Partial<ResultsDocument>
}

/** Two seconds on one shard: ten fast requests and then one slow one. */
export const someSeconds: readonly (readonly Happening[])[] = [
  Array.from({ length: 10 }, () => ({ step: 'home', outcome: 'ok', ms: 20 })),
  [{ step: 'home', outcome: 'ok', ms: 900 }],
]

/** A run's bundle in `results/<run id>`, its figures made by the merge job itself. Answers the folder. */
export async function aTrafficBundle(results: string, options: BundleOptions): Promise<string> {
  const { runId, shards = [someSeconds], document, startedAt = '2026-01-31T12:00:00.000Z' } = options
  const folder = join(results, runId)
  const local = diskStore(folder)
  const load = options.load ?? { executor: 'constant-arrival-rate', rate: 10, duration: '5s' }
  const settings = testSchema.parse({ target: 'shop', load, shards: shards.length })
  for (const [shard, seconds] of shards.entries()) {
    const jobId = `shard-${shard}`
    const windows = seconds.map((happenings) => figuresOf(happenings, shard + 1))
    const total = new Figures()
    for (const window of windows) total.merge(window)
    const delays = await local.put(delaysKey(jobId), encodeTotalsTable(total))
    await storeCannedShard(local, { jobId, shard, windows, document: { delays, started_at: startedAt, ...document } })
  }
  const stores = resultStores(local)
  const job = [...planTraffic({ settings, seed: 1 }).jobs].at(-1)!
  const merged = await processTraffic(job, contextOf(job, stores), { ...testSpec, workload: 'http' })
  const shardObjects = await Promise.all(shards.map(async (_, at) => storedIn(local, shardKey(`shard-${at}`))))
  const ledger = [
    ...shardObjects.map((stored, at) => aJob(`shard-${at}`, 'traffic-shard', stored)),
    aJob('merge', 'traffic-merge', merged),
  ]
  const identity = { run_id: runId, scenario: 'storefront-baseline', workload: 'http', settings }
  const shared = { ...identity, settings: JSON.parse(JSON.stringify(settings)) as Manifest['settings'] }
  const manifest = makeManifest({ ...shared, deterministic: false, started_at: startedAt, ...options.manifest })
  const judged = trafficVerdict(await readTrafficDocument(stores.objects))
  const measured = makeResults(
    { ...shared, ...judged, digest: null, started_at: startedAt, ...options.results },
    ledger,
  )
  await local.put(MANIFEST_KEY, json(manifest))
  await local.put(RESULTS_KEY, json(measured))
  await local.put(LEDGER_KEY, Buffer.from(ledger.map((entry) => `${JSON.stringify(entry)}\n`).join('')))
  return folder
}

function aJob(job_id: string, kind: string, { key, sha256, bytes }: StoredObject): LedgerEntry {
  return makeEntry({ job_id, kind, output_key: key, output_sha256: sha256, output_bytes: bytes })
}

async function storedIn(local: DiskStore, key: string): Promise<StoredObject> {
  return storedObject(key, await local.get(key))
}

function json(document: object): Uint8Array {
  return Buffer.from(canonicalJson(document as Json))
}
