import { z } from 'zod'
import { checked } from '../../../src/engine/schedule/cross-checks.ts'
import { NotFoundError } from '../../../src/errors.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { storedObject } from '../../../src/results/stored-object.ts'
import type { ObjectStore, ResultStores } from '../../../src/results/stores.ts'
import { loadFields, loadRule } from '../../../src/workloads/traffic/load-settings.ts'
import { TRAFFIC_MEANS, type TrafficMeans } from '../../../src/workloads/traffic/means.ts'
import { planTraffic } from '../../../src/workloads/traffic/plan.ts'
import { processTraffic } from '../../../src/workloads/traffic/process.ts'
import type { TrafficSpec } from '../../../src/workloads/traffic/spec.ts'
import { readTrafficDocument } from '../../../src/results/read-traffic-document.ts'
import type { GangMember, GangStart, PlannedJob, ProcessContext } from '../../../src/workloads/workload.ts'
import type { IterateData } from './iterate.ts'

export const testSchema = checked(
  z.strictObject({ target: z.string(), ...loadFields, data: z.record(z.string(), z.json()).default({}) }),
  loadRule(),
)
export type TestSettings = z.output<typeof testSchema>

/** The smallest traffic workload there can be. */
export const testSpec: TrafficSpec<TestSettings> = {
  workload: 'test',
  metrics: { protocol: 'http', isOpen: true },
  module: new URL('./iterate.ts', import.meta.url).href,
  dataFor: ({ data }, url): IterateData => ({ url, ...data }),
  target: ({ target }) => target,
  extra: (figures, { settings }) => ({ asked_for: settings.target, samples: figures.iterations.count }),
}

/** In memory, and with every object in reach of the test. */
export interface MemoryStore extends ObjectStore {
  readonly bodies: Map<string, Uint8Array>
}

export function memoryStore(): MemoryStore {
  const bodies = new Map<string, Uint8Array>()
  return {
    bodies,
    async put(key, body) {
      bodies.set(key, Uint8Array.from(body))
      return storedObject(key, body)
    },
    async get(key) {
      const body = bodies.get(key)
      if (!body) throw new NotFoundError(key, 'the test')
      return body
    },
  }
}

/** A gang in one process. */
export function testGang(size: number, cancelled?: string) {
  const stop = new AbortController()
  const all = Promise.withResolvers<GangStart>()
  const shipped = new Map<string, number>()
  let readyCount = 0
  const memberOf = (jobId: string): GangMember => ({
    ready() {
      readyCount += 1
      if (cancelled !== undefined) all.resolve({ state: 'cancelled', reason: cancelled })
      const clock = { offsetMs: 0, uncertaintyMs: 0.5 }
      if (readyCount === size) all.resolve({ state: 'go', startAtMs: Date.now() + 50, clock })
      return all.promise
    },
    stop: stop.signal,
    async shipped(batches) {
      shipped.set(jobId, batches)
    },
  })
  return { memberOf, stop: (reason: string) => stop.abort(reason), shipped }
}

export type TestGang = ReturnType<typeof testGang>

export interface RunSetup {
  readonly load: object
  readonly shards?: number
  readonly target: string
  readonly data?: object
  readonly objects?: ObjectStore
  readonly means?: Partial<TrafficMeans>
  readonly gang?: TestGang
  readonly spec?: TrafficSpec<TestSettings>
}

/** Every job of a run without a search, shards at the same time; what a scheduler and hosts would do. */
export async function runTraffic(setup: RunSetup) {
  const { load, shards = 1, target, data = {}, objects = memoryStore(), spec = testSpec } = setup
  const settings = testSchema.parse({ target, load, shards, data })
  const { gang = testGang(shards) } = setup
  const means = { ...TRAFFIC_MEANS, shipEveryMs: 100, finishMs: 2_000, ...setup.means }
  const stores = resultStores(objects)
  const plan = planTraffic({ settings, seed: 7 })
  const jobs = [...plan.jobs]
  for (const { key, body } of plan.documents) await objects.put(key, Buffer.from(body))
  const perform = (job: PlannedJob) => processTraffic(job, contextOf(job, stores, gang), spec, means)
  const stored = await Promise.all(jobs.filter((job) => job.gang).map(perform))
  stored.push(await perform(jobs.at(-1)!))
  return { document: await readTrafficDocument(stores.objects), stored, stores, gang, settings }
}

export function contextOf(job: PlannedJob, stores: ResultStores, gang?: TestGang): ProcessContext {
  return {
    runId: 'run',
    sentAtMs: 0,
    stores,
    remember: (_key, load) => load(),
    sleep: () => Promise.resolve(),
    async target(name) {
      if (URL.canParse(name)) return name
      throw new Error(`nobody knows where ${name} is`)
    },
    host: 'this host',
    ...(gang && { gang: gang.memberOf(job.jobId) }),
  }
}
