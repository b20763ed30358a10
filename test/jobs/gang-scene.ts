import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { pino } from 'pino'
import type { Clock } from '../../src/clock.ts'
import { registerHost } from '../../src/hosts/threads/register-host.ts'
import { gangClaims } from '../../src/jobs/gang-claims.ts'
import type { GangOptions } from '../../src/jobs/gang-coordinator.ts'
import { gangTable } from '../../src/jobs/gang-table.ts'
import { buildGraph } from '../../src/jobs/graph.ts'
import { hostTable } from '../../src/jobs/host-table.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatCompletion } from '../../src/jobs/messages.ts'
import { queue, type Delivery, type Queue } from '../../src/jobs/queue.ts'
import { startScheduler } from '../../src/jobs/scheduler.ts'
import { createMemory } from '../../src/processor/memory.ts'
import type { Outcome } from '../../src/processor/outcome.ts'
import { processMessage } from '../../src/processor/process-message.ts'
import { shareComparisons } from '../../src/processor/shared-comparison.ts'
import type { Json } from '../../src/results/canonical-json.ts'
import { resultStores } from '../../src/results/result-stores.ts'
import { s3Store } from '../../src/results/s3-store.ts'
import type { ObjectStore, StoredObject } from '../../src/results/stores.ts'
import type { GangStart, Job, PlannedJob, ProcessContext, Workload } from '../../src/workloads/workload.ts'
import { startedEnvironment } from '../environment/started.ts'
import { quietClock } from './quiet-clock.ts'

/** What a shard of the scene did: the result it stored. */
export interface ShardResult {
  readonly state: 'finished' | 'stopped' | 'never_started' | 'lost'
  readonly reason: string | null
  readonly batches?: number
  readonly began?: boolean
}

/** A load that was really begun. */
export interface Load {
  readonly jobId: string
  readonly host: string
  readonly start: Extract<GangStart, { state: 'go' }>
}

type Process = Workload['process']

/** `load-0`, `load-1`, …, and `merge` behind them. */
export function gangJobs(size: number, gang = 'load', needs: readonly string[] = []): PlannedJob[] {
  const shards = Array.from({ length: size }, (_, shard) => ({
    ...{ jobId: `${gang}-${shard}`, kind: 'shard', needs, details: {} },
    gang: { name: gang, size },
  }))
  const after = { jobId: `${gang}-merge`, kind: 'merge', needs: shards.map(({ jobId }) => jobId), details: {} }
  return [...shards, after]
}

/**
 * Schedulers and hosts of one stage on real queues and a real table, in moved time. Time stands while somebody waits for
 * an answer, or for a message that is on its way.
 */
export async function gangScene(t: TestContext, jobs = gangJobs(2), server: { readonly awsLike?: number } = {}) {
  const over = new AbortController()
  t.after(() => over.abort()) // before the environment's own hook: hooks run in their order
  const environment = await startedEnvironment(t, server)
  const { clients, names, queueUrl } = environment
  const clock = quietClock(clients)
  const of = (name: string) => queue(clients, queueUrl(name))
  const incoming = of(names.incoming)
  const underWay = { messages: 0, receivers: 0 }
  const received = new Set<string>()
  clock.standsWhile(() => underWay.messages > 0 && underWay.receivers > 0)
  const counted: Queue = {
    ...incoming,
    async send(bodies) {
      underWay.messages += bodies.length
      const refused = await incoming.send(bodies)
      underWay.messages -= refused.length
      return refused
    },
    async receive(request) {
      underWay.receivers++
      const deliveries = await incoming.receive(request).finally(() => underWay.receivers--)
      for (const { messageId } of deliveries) {
        if (!received.has(messageId)) underWay.messages--
        received.add(messageId)
      }
      return deliveries
    },
  }
  const queues = { incoming: counted, outgoing: of(names.outgoing), dead: of(names.dlq) }
  const rowsIn = (own: Clock) => ({ client: clients.dynamodb, tableName: names.jobs, clock: own })
  const objects = s3Store({ client: clients.s3, bucket: names.data, prefix: 'run' })
  const table = jobTable(rowsIn(clock))
  const rows = gangTable(rowsIn(clock))
  const graph = buildGraph(jobs)
  const loads: Load[] = []
  const lost: string[] = []

  function startScheduling(options: Partial<GangOptions> & { readonly own?: Clock } = {}, without?: 'without gangs') {
    const stopping = new AbortController()
    const { own = clock, ...gangs } = options
    const scheduler = startScheduler({
      ...{ runId: 'run', workload: 'scene', graph, queues, table, objects, clock: own, runStartedAtMs: 0 },
      signal: AbortSignal.any([stopping.signal, over.signal]),
      gangs: without
        ? undefined
        : {
            rows: gangTable(rowsIn(own)),
            hosts: hostTable(rowsIn(own)),
            clockId: 'scheduler',
            async recordLost({ jobId }, { reason, began, stopped }) {
              lost.push(jobId)
              return store(objects, jobId, { state: stopped ? 'stopped' : 'lost', reason, began })
            },
            ...gangs,
          },
    })
    const outcome = scheduler.outcome
    outcome.catch(() => undefined) // a test that fails before it looks is no reason to die
    return {
      ...scheduler,
      /** As good as killed: it leaves the table as it is. */
      async stop() {
        stopping.abort()
        await outcome
      },
      async finished() {
        const ended = await clock.run(outcome, 400_000)
        assert.equal(ended.state, 'finished')
        return ended
      },
    }
  }

  /** A host that is not threads: takes messages, does the jobs, tells its slots; may be frozen as by SIGSTOP. */
  function startHost(
    options: {
      readonly name?: string
      readonly slots?: number
      /** Its clock minus everybody else's. */
      readonly shiftMs?: number
      /** Default: another machine's. */
      readonly clockId?: string
      readonly process?: Process
      readonly isRegistered?: boolean
    } = {},
  ) {
    const { name = 'host', slots = 8, shiftMs = 0, clockId, process = runShard, isRegistered = true } = options
    const ending = new AbortController()
    const ended = AbortSignal.any([ending.signal, over.signal])
    const freezable = freezableClock(clock, shiftMs)
    const outcomes: Outcome[] = []
    const busy = new Set<Promise<void>>()
    const workload = { name: 'scene', process: recording(process) } as Workload
    const processor = {
      table: jobTable(rowsIn(freezable)),
      gangs: { claims: gangClaims(rowsIn(freezable)), clockId, comparison: shareComparisons(freezable) },
      ...{ memory: createMemory(0), clock: freezable, host: name, testRunId: undefined, bareWorkload: 'scene' },
      target: () => Promise.reject(new Error('no target in this scene')),
      loadWorkload: () => Promise.resolve(workload),
      storesOf: () => resultStores(objects),
    }

    function recording(inner: Process): Process {
      return (job, context) => {
        const { gang } = context
        if (!gang) return inner(job, context)
        const ready = async () => {
          const start = await gang.ready()
          if (start.state === 'go') loads.push({ jobId: job.jobId, host: name, start })
          return start
        }
        return inner(job, { ...context, gang: { ...gang, ready } })
      }
    }

    async function handle(delivery: Delivery): Promise<void> {
      let isClaimed = false
      const outcome = await processMessage(delivery, processor, () => {
        isClaimed = true
        void queues.incoming.delete([delivery])
      })
      outcomes.push(outcome)
      if (outcome.type === 'completed') await queues.outgoing.send([formatCompletion(outcome.completion)])
      if (outcome.type === 'failed') return queues.incoming.hide([delivery], 0)
      if (!isClaimed) await queues.incoming.delete([delivery])
    }

    async function receive(): Promise<void> {
      const stopped = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }))
      while (!ended.aborted) {
        const max = slots - busy.size
        if (max <= 0) {
          await Promise.race([...busy, stopped])
          continue
        }
        const request = { max, visibilitySeconds: 60, signal: ended }
        for (const delivery of await queues.incoming.receive(request)) {
          const task = handle(delivery).finally(() => busy.delete(task))
          busy.add(task)
        }
      }
    }

    const signOff = isRegistered
      ? registerHost({
          ...{ hosts: hostTable(rowsIn(freezable)), name, clock: freezable, log: pino({ level: 'silent' }) },
          freeSlots: () => slots - busy.size,
        })
      : () => Promise.resolve()
    const receiving = receive().catch((error: unknown) => assert.ok(ended.aborted, String(error)))
    t.after(() => receiving)
    return { ...freezable, outcomes, signOff, endReceiving: () => ending.abort() }
  }

  async function resultOf(jobId: string): Promise<ShardResult> {
    return JSON.parse(Buffer.from(await objects.get(`shards/${jobId}.json`)).toString()) as ShardResult
  }

  /** Runs time until it is so. */
  async function until(condition: () => boolean | Promise<boolean>, longestMs?: number): Promise<void> {
    const reached = async () => {
      while (!(await condition())) await clock.sleep(100)
    }
    await clock.run(reached(), longestMs)
  }

  const phase = (scheduler: ReturnType<typeof startScheduling>, gang = 'load') => scheduler.progress().gangs.get(gang)
  return {
    ...{ environment, clock, queues, table, rows, objects, graph, loads, lost, rowsIn },
    ...{ startScheduling, startHost, resultOf, until, phase },
  }
}

/** Ships a batch a second, three in all, and ends sooner where it is told to. */
export const runShard: Process = async (job, context) => {
  if (job.kind === 'merge') return store(context.stores.objects, job.jobId, {})
  return runFor(3, job, context)
}

export async function runFor(
  seconds: number,
  job: Job,
  { gang, stores, sleep }: ProcessContext,
): Promise<StoredObject> {
  const start = await gang!.ready()
  if (start.state !== 'go') {
    const state = start.state === 'stopped' ? 'stopped' : 'never_started'
    return store(stores.objects, job.jobId, { state, reason: start.reason })
  }
  let batches = 0
  while (batches < seconds && !gang!.stop.aborted) {
    await sleep(1_000)
    await gang!.shipped(++batches)
  }
  const reason = gang!.stop.aborted ? String(gang!.stop.reason) : null
  return store(stores.objects, job.jobId, { state: reason === null ? 'finished' : 'stopped', reason, batches })
}

function store(objects: ObjectStore, jobId: string, result: { [name: string]: Json }): Promise<StoredObject> {
  return objects.put(`shards/${jobId}.json`, Buffer.from(JSON.stringify(result)))
}

function freezableClock(clock: Clock, shiftMs: number) {
  let thawed: PromiseWithResolvers<void> | undefined
  return {
    now: () => clock.now() + shiftMs,
    monotonic: () => clock.monotonic(),
    async sleep(ms: number, signal?: AbortSignal) {
      await clock.sleep(ms, signal)
      await thawed?.promise
    },
    freeze: () => void (thawed = Promise.withResolvers<void>()),
    thaw() {
      thawed?.resolve()
      thawed = undefined
    },
  }
}
