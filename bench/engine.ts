import { systemClock } from '../src/clock.ts'
import { encodeFigures } from '../src/engine/figures-encoding.ts'
import { watchGenerator } from '../src/engine/generator-health.ts'
import { Histogram } from '../src/engine/histogram.ts'
import { runShard } from '../src/engine/load-loop.ts'
import { createRecorder } from '../src/engine/recorder.ts'
import { compileSchedule } from '../src/engine/schedule/compile.ts'
import { scheduleDigest } from '../src/engine/schedule/schedule-digest.ts'
import { executorSchema } from '../src/engine/schedule/settings.ts'
import { createWindowMerger } from '../src/engine/window-merger.ts'
import { stream } from '../src/scenario/stream.ts'
import { median, round, type Figure } from './figure.ts'
import { latenciesOf, SHARDS, STEPS, timingsOf, WINDOWS } from './shard-windows.ts'

const ROUNDS = 5
const RECORDS = 2_000_000
const STARTS_PER_SECOND = 5000
const SECONDS = 10
const ARRIVALS = 10_000_000

/**
 * What the load engine costs before any request is sent: recording, merging a large run, meeting the instants of a
 * schedule on one core. Takes about a minute. Slip is of this machine at this moment: run it with nothing beside it.
 */
export async function benchEngine(): Promise<Figure[]> {
  return [...recording(), ...merging(), ...(await starting()), ...memory(), ...digesting()]
}

function recording(): Figure[] {
  const random = stream(1, 'durations')
  const durations = Array.from({ length: 4096 }, () => Math.exp(5 + 8 * random.float64()))
  const histogram = new Histogram()
  const bare = medianMs(() => {
    for (let at = 0; at < RECORDS; at++) histogram.record(durations[at & 4095])
  })
  const recorder = createRecorder({ shard: 0, onWindow: () => undefined })
  recorder.begin(0)
  const sample = medianMs(() => {
    for (let at = 0; at < RECORDS; at++) {
      const endedAtMs = at / 100
      const sentAtMs = endedAtMs - durations[at & 4095] / 1000
      recorder.record('checkout', {
        outcome: 'ok',
        intendedAtMs: sentAtMs,
        sentAtMs,
        endedAtMs,
        status: 200,
        bytesReceived: 512,
      })
    }
  })
  return [
    figure('histogram record', round((bare * 1e6) / RECORDS), 'ns CPU', 'below 100'),
    figure('recorder sample (two latencies, window and total)', round((sample * 1e6) / RECORDS), 'ns CPU'),
  ]
}

/** Windows of 1,000 shards in the order in which they would come: with one histogram a step, and with both latencies. */
function merging(): Figure[] {
  const what = 'merge of 1,000 shards x 3,600 windows, 3 steps, 50 used buckets'
  return [
    ...mergingOf(timingsOf, `${what}, one histogram a step`, 'below 5'),
    ...mergingOf(latenciesOf, `${what}, both latencies`),
  ]
}

function mergingOf(windowOf: (seed: number) => Uint8Array<ArrayBuffer>, what: string, target?: string): Figure[] {
  const encoded = Array.from({ length: 64 }, (_, seed) => windowOf(seed))
  let handedOut = 0
  let bytes = 0
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  const startedAt = process.cpuUsage()
  const merger = createWindowMerger({ shards, onWindow: () => handedOut++ })
  for (let number = 0; number < WINDOWS; number++) {
    for (const shard of shards) {
      const window = encoded[(shard + number) % encoded.length]
      bytes += window.length
      merger.add(shard, number, window)
    }
  }
  const seconds = cpuMs(startedAt) / 1000
  if (handedOut !== WINDOWS) throw new Error(`${handedOut} of ${WINDOWS} windows were merged`)
  return [
    figure(what, round(seconds), 's CPU', target),
    figure(`a window of the ${what}`, round(bytes / SHARDS / WINDOWS), 'bytes'),
  ]
}

/** One shard in this thread: 5,000 starts a second, each waiting a millisecond as a request would. */
async function starting(): Promise<Figure[]> {
  const schedule = compileSchedule(
    settings({ executor: 'constant-arrival-rate', rate: STARTS_PER_SECOND, duration: `${SECONDS}s` }),
    1,
  )
  const recorder = createRecorder({ shard: 0, onWindow: () => undefined })
  const watch = watchGenerator('bench')
  const { spinMs } = await runShard({
    schedule,
    shard: 0,
    shards: 1,
    seed: 1,
    iterate: () => systemClock.sleep(1),
    recorder,
    startAt: Date.now() + 100,
    stop: new AbortController().signal,
  })
  const { cpuShare, spinShare } = watch.stop(spinMs)
  const { slip, starts } = recorder.total
  const at = `at ${STARTS_PER_SECOND}/s on one thread`
  return [
    figure(`schedule slip p50 ${at}`, round(slip.quantileUs(0.5) / 1000, 3), 'ms'),
    figure(`schedule slip p99 ${at}`, round(slip.quantileUs(0.99) / 1000, 3), 'ms', 'below 1'),
    figure(`late starts ${at}`, starts.late, `of ${starts.due}`),
    figure(`CPU without spinning ${at}`, round(cpuShare, 3), 'of a core'),
    figure(`CPU of spinning ${at}`, round(spinShare, 3), 'of a core'),
  ]
}

/** An hour and four more, a hundred samples a second, as fast as they can be recorded: what is held must not grow. */
function memory(): Figure[] {
  const recorder = createRecorder({ shard: 0, onWindow: ({ figures }) => encodeFigures(figures) })
  recorder.begin(0)
  let atMs = 0
  function hours(count: number): number {
    for (const endMs = atMs + count * 3_600_000; atMs < endMs; atMs += 10) {
      const sentAtMs = atMs - (atMs % 977) / 10
      recorder.record(STEPS[(atMs / 10) % 3], { outcome: 'ok', intendedAtMs: sentAtMs, sentAtMs, endedAtMs: atMs })
    }
    globalThis.gc?.()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 1e6
  }
  const first = hours(1)
  return [figure('memory after 5 hours of windows, beside after 1', round(hours(4)), 'MB', 'as after 1', round(first))]
}

function digesting(): Figure[] {
  const rate = { rate: 10_000, duration: `${ARRIVALS / 10_000}s` }
  return ['constant-arrival-rate', 'poisson-arrival-rate'].map((executor) => {
    const schedule = compileSchedule(settings({ executor, ...rate }), 1)
    const startedAt = process.cpuUsage()
    scheduleDigest(schedule)
    return figure(`digest of 10 million arrivals, ${executor}`, round(cpuMs(startedAt) / 1000), 's CPU')
  })
}

function settings(given: object) {
  const executor = executorSchema.parse(given)
  if (executor.executor === 'step-to-failure') throw new TypeError('a search is not one schedule')
  return executor
}

/** CPU milliseconds: the median of some rounds, after one to warm up. */
function medianMs(work: () => void): number {
  work()
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = process.cpuUsage()
    work()
    return cpuMs(startedAt)
  })
  return median(times)
}

function cpuMs(startedAt: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(startedAt)
  return (user + system) / 1000
}

function figure(name: string, value: number, unit: string, target?: string, baseline?: number): Figure {
  const compared = baseline === undefined ? {} : { baseline, ratio: round(value / baseline) }
  return { bench: 'engine', figure: name, value, unit, ...compared, ...(target && { target }) }
}

if (import.meta.main) for (const line of await benchEngine()) console.log(JSON.stringify(line))
