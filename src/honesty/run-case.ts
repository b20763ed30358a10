import { setTimeout as sleep } from 'node:timers/promises'
import { Figures } from '../engine/figures.ts'
import { Histogram } from '../engine/histogram.ts'
import { compileSchedule, type RunnableSettings } from '../engine/schedule/compile.ts'
import { executorSchema } from '../engine/schedule/settings.ts'
import { verdictOf, type Measure, type Verdict } from '../engine/verdict.ts'
import { createWindowLedger } from '../engine/window-ledger.ts'
import { startShardThreads, type ShardThreads, type ShardThreadsResult } from '../engine/worker/shard-threads.ts'
import { StoppedError } from '../errors.ts'
import { behaviourOf, simulate, type Behaviour, type Outcomes } from '../targets/index.ts'
import type { HonestyCase } from './honesty-case.ts'
import type { HonestyResult } from './honesty-document.ts'
import { GENERATOR_STEP, type HonestyData, LAG, REQUEST_STEP } from './iterate.ts'
import { lagMs } from './lag.ts'
import { compare, MOST_NOISE_P95_MS, type Noise, noiseP95Ms } from './judge.ts'
import { startPinger } from './pinger.ts'
import { nameOf } from './quantile-name.ts'
import type { TargetProcess } from './target-process.ts'

const SEED = 1
const START_IN_MS = 100
/** From source and from the build alike: the file beside this one, with this one's ending. */
const OWN_MODULE = new URL(import.meta.url.endsWith('.ts') ? './iterate.ts' : './iterate.js', import.meta.url).href

interface Measured {
  readonly result: ShardThreadsResult
  readonly verdict: Verdict
  readonly path: Histogram
}

/**
 * Runs our engine against one target and says what it reported and what was true. `module`: URL of the engine module
 * under test (`createIterate` with HonestyData); default: one GET with the HTTP workload. Throws StoppedError on the signal.
 */
export async function runCase(
  honestyCase: HonestyCase,
  target: TargetProcess,
  stop: AbortSignal,
  module = OWN_MODULE,
): Promise<Omit<HonestyResult, 'runs'>> {
  const executor = executorOf(honestyCase)
  const data = { url: target.url, connections: honestyCase.connections }
  return judge(honestyCase, arrivalsMs(executor), await measure(executor, data, target, stop, module))
}

function executorOf({ rate, durationMs }: HonestyCase): RunnableSettings {
  const most = Math.ceil((rate * durationMs) / 1000) + 1 // dropped starts are another matter
  const given = { executor: 'constant-arrival-rate', rate, duration: durationMs, maxVUs: most }
  return executorSchema.parse(given) as RunnableSettings
}

function arrivalsMs(executor: RunnableSettings): Float64Array {
  const schedule = compileSchedule(executor, SEED)
  if (schedule.model !== 'open') throw new TypeError('only an open model has arrivals')
  const arrivals = schedule.arrivals(0, 1)
  const all: number[] = []
  for (let us = arrivals.next(); us >= 0; us = arrivals.next()) all.push(us / 1000)
  return Float64Array.from(all)
}

async function measure(
  executor: RunnableSettings,
  data: HonestyData,
  target: TargetProcess,
  stop: AbortSignal,
  module: string,
): Promise<Measured> {
  const ledger = createWindowLedger(1)
  const threads = startShardThreads({
    executor,
    seed: SEED,
    shards: [0],
    totalShards: 1,
    threads: 1,
    module,
    data,
    onWindow: () => undefined,
    onShardWindow: ({ shard, number }) => ledger.receive(shard, number),
  })
  const end = () => threads.stop()
  try {
    stop.addEventListener('abort', end, { once: true })
    const { result, path } = await runThreads(threads, target)
    if (stop.aborted) throw new StoppedError('stopped')
    for (const { shard, windows } of result.outcomes) ledger.due(shard, windows)
    const missing = result.lost.map(({ reason }) => reason)
    const verdict = verdictOf({
      model: 'open',
      total: result.total,
      health: result.health,
      ledger: ledger.shards,
      missing,
    })
    return { result, verdict, path }
  } finally {
    stop.removeEventListener('abort', end)
    await threads.terminate()
  }
}

async function runThreads(
  threads: ShardThreads,
  target: TargetProcess,
): Promise<{ result: ShardThreadsResult; path: Histogram }> {
  await threads.ready
  await target.reset() // warming up was part of no truth
  const pinger = startPinger(target.url)
  await sleep(START_IN_MS) // the thread that just warmed up tidies its memory now, not during the run
  pinger.delays.clear() // its first answers were a cold target's
  threads.go(Date.now() + START_IN_MS)
  const result = await threads.done
  await pinger.stop()
  return { result, path: pinger.delays }
}

function judge(
  honestyCase: HonestyCase,
  arrivals: Float64Array,
  { result, verdict, path }: Measured,
): Omit<HonestyResult, 'runs'> {
  const { kind, settings, rate, durationMs, connections } = honestyCase
  const { total } = result
  const noise = { path, generator: total.steps.get(GENERATOR_STEP)?.timings.get(LAG) }
  const behaviour = behaviourOf(kind, settings)
  const truth = simulate(behaviour, arrivals, connections)
  const slower = simulate(slowedBy(noiseP95Ms(noise), behaviour), arrivals, connections)
  const reported = total.steps.get(REQUEST_STEP)?.latency('responseTime') ?? new Histogram()
  const percentiles = compare(truth.responseMs, slower.responseMs, reported, noise)
  const requests = { true: truth.responseMs.length, reported: reported.count }
  const errors = { ...countErrors(truth, total), bound: errorsBound(honestyCase, noise) }
  const judged = stateOf(verdict, noise, [
    ...percentiles
      .filter(({ within }) => !within)
      .map(({ quantile, error_ms, bound_ms }) => {
        return `${nameOf(quantile)} is off by ${error_ms.toFixed(2)} ms, the bound is ${bound_ms.toFixed(2)} ms`
      }),
    ...(requests.true === requests.reported ? [] : [`${requests.reported} of ${requests.true} requests were reported`]),
    ...(Math.abs(errors.true - errors.reported) <= errors.bound
      ? []
      : [`${errors.reported} errors were reported, ${errors.true} are true`]),
    ...result.outcomes.flatMap(({ failures }) => failures.map(({ message, count }) => `${message} (${count} times)`)),
  ])
  const common = { settings, rate_per_second: rate, duration_ms: durationMs, connections, verdict }
  return { behaviour: kind, ...common, ...judged, requests, errors, percentiles }
}

/** A target that works on a few at once keeps its rate, however long answers travel. */
function slowedBy(ms: number, behaviour: Behaviour): Behaviour {
  if (Number.isFinite(behaviour.servers)) return behaviour
  return { ...behaviour, workMs: (index, startedMs) => behaviour.workMs(index, startedMs) + ms }
}

/**
 * Late starts are part of the response times that are reported: where those are true all the same, the engine was honest.
 * Where they are not, a busy generator or machine is a reason to run again, and no excuse is made for any other.
 */
function stateOf(verdict: Verdict, noise: Noise, faults: readonly string[]): Pick<HonestyResult, 'state' | 'reasons'> {
  if (verdict.state === 'incomplete') return { state: 'incomplete', reasons: verdict.reasons }
  const slow = verdict.state === 'saturated' ? verdict.exceeded.map(describeMeasure) : []
  const noisyMs = noiseP95Ms(noise)
  const noisy =
    noisyMs > MOST_NOISE_P95_MS
      ? [`the machine was busy: its delays have a p95 of ${noisyMs.toFixed(1)} ms, the limit is ${MOST_NOISE_P95_MS}`]
      : []
  if (faults.length === 0 && noisy.length === 0) return { state: 'within', reasons: slow }
  const state = slow.length + noisy.length > 0 ? 'saturated' : 'beyond'
  return { state, reasons: [...noisy, ...slow, ...faults] }
}

function describeMeasure({ name, value, limit }: Measure): string {
  return `${name} is ${value.toFixed(2)}, the limit is ${limit}`
}

function countErrors({ statuses }: Outcomes, total: Figures): { true: number; reported: number } {
  let reported = 0
  for (const [outcome, { responseTime }] of total.steps.get(REQUEST_STEP)?.outcomes ?? []) {
    if (outcome !== 'ok') reported += responseTime.count
  }
  return { true: statuses.reduce((sum, status) => sum + (status >= 500 ? 1 : 0), 0), reported }
}

/** Bursts begin and end at instants: requests that come within the noise of one may fall on its other side. */
function errorsBound({ kind, settings, rate, durationMs }: HonestyCase, noise: Noise): number {
  if (kind !== 'error-bursts') return 0
  const edges = (2 * durationMs) / settings.every_ms
  return Math.ceil(edges * (1 + (rate / 1000) * (lagMs(noise.path, 1) + lagMs(noise.generator, 1))))
}
