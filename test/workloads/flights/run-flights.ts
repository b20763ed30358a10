import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { diskStore } from '../../../src/results/disk-store.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import type { ResultStores } from '../../../src/results/stores.ts'
import { flights } from '../../../src/workloads/flights/index.ts'
import type { FlightsSettings } from '../../../src/workloads/flights/schema.ts'
import type { PlannedJob, ProcessContext } from '../../../src/workloads/workload.ts'

/** Stores in a folder of their own, gone after the test. */
export async function temporaryStores(t: TestContext): Promise<{ folder: string; stores: ResultStores }> {
  const folder = await mkdtemp(join(tmpdir(), 'flights-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return { folder, stores: resultStores(diskStore(folder)) }
}

/** A context that keeps everything it is asked to. */
export function contextOf(stores: ResultStores): ProcessContext {
  const kept = new Map<string, unknown>()
  return {
    runId: 'test',
    sentAtMs: 0,
    stores,
    async remember<T>(key: string, load: () => Promise<T>) {
      if (!kept.has(key)) kept.set(key, await load())
      return kept.get(key) as T // only this function fills the map, under the key of a T
    },
    target: (name) => Promise.reject(new Error(`no ${name}`)),
    host: 'test',
    sleep: () => Promise.resolve(),
  }
}

/** Plans and does every job in one process, each as soon as what it needs is done; answers the jobs' results by job id. */
export async function runFlights(settings: FlightsSettings, seed: number, stores: ResultStores) {
  const { jobs, documents } = flights.plan(settings, seed)
  for (const { key, body } of documents) await stores.objects.put(key, Buffer.from(body))
  const context = contextOf(stores)
  const done = new Map<string, { readonly key: string; readonly sha256: string }>()
  for (let open: PlannedJob[] = [...jobs]; open.length > 0;) {
    const ready = open.filter(({ needs }) => needs.every((need) => done.has(need)))
    if (ready.length === 0) throw new Error(`nothing can start any more; ${open.length} jobs wait`)
    for (const job of ready) done.set(job.jobId, await flights.process(job, context))
    open = open.filter(({ jobId }) => !done.has(jobId))
  }
  return done
}
