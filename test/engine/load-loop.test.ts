import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Figures } from '../../src/engine/figures.ts'
import { decodeFigures, encodeFigures } from '../../src/engine/figures-encoding.ts'
import type { Iteration } from '../../src/engine/iteration.ts'
import { runShard, type RunShardOptions, type ShardOutcome } from '../../src/engine/load-loop.ts'
import { createRecorder, type Recorder } from '../../src/engine/recorder.ts'
import { compileSchedule } from '../../src/engine/schedule/compile.ts'
import { executorSchema } from '../../src/engine/schedule/settings.ts'
import { steppedClock, type SteppedClock } from '../stepped-clock.ts'

interface Run {
  readonly outcome: ShardOutcome
  readonly recorder: Recorder
  readonly windows: readonly Figures[]
  readonly iterations: readonly Iteration[]
}

type Journey = (iteration: Iteration, clock: SteppedClock) => Promise<void>
type Options = Partial<Pick<RunShardOptions, 'shard' | 'shards' | 'thinkMs' | 'startAt' | 'stop' | 'limits'>>

const START_AT = 500

/** Runs a schedule on a clock that is moved whenever everybody waits. */
async function run(given: object, journey: Journey, options: Options = {}, clock = steppedClock()): Promise<Run> {
  const settings = executorSchema.parse(given)
  assert.ok(settings.executor !== 'step-to-failure')
  const windows: Figures[] = []
  const iterations: Iteration[] = []
  const { shard = 0, shards = 1, startAt = START_AT, stop = new AbortController().signal, limits, ...rest } = options
  const onWindow = ({ figures }: { figures: Figures }) => windows.push(decodeFigures(encodeFigures(figures)))
  const recorder = createRecorder({ shard, onWindow })
  const running = runShard({
    ...rest,
    schedule: compileSchedule(settings, 1),
    shard,
    shards,
    seed: 1,
    iterate: (iteration) => {
      iterations.push(iteration)
      return journey(iteration, clock)
    },
    recorder,
    clock,
    startAt,
    stop,
    limits: { precision: 'sleep', ...limits },
  })
  await nextTurn() // all are at their first wait
  return { outcome: await clock.until(running, 1, 7_200_000), recorder, windows, iterations }
}

const takes =
  (ms: number): Journey =>
  (iteration, clock) =>
    clock.sleep(ms, iteration.signal)

const counts = ({ recorder }: Run) => recorder.total.starts
const outcomes = ({ recorder }: Run) =>
  Object.fromEntries(
    [...recorder.total.iterations.outcomes].map(([name, { responseTime }]) => [name, responseTime.count]),
  )

test('an open loop starts on time, however long the target takes', async () => {
  const ran = await run({ executor: 'constant-arrival-rate', rate: 4, duration: '1s' }, takes(5000))
  assert.deepEqual(
    ran.iterations.map(({ startedAtMs }) => startedAtMs),
    [500, 750, 1000, 1250],
  )
  assert.deepEqual(counts(ran), { due: 4, started: 4, late: 0, dropped: 0 })
  assert.deepEqual(outcomes(ran), { ok: 4 })
})

test('a run that begins in the past starts what is overdue at once and counts it as late', async () => {
  const ran = await run({ executor: 'constant-arrival-rate', rate: 10, duration: '1s' }, takes(10), { startAt: -450 })
  assert.deepEqual(
    ran.iterations.map(({ startedAtMs }) => startedAtMs),
    [0, 0, 0, 0, 0, 50, 150, 250, 350, 450],
  )
  assert.deepEqual(counts(ran), { due: 10, started: 10, late: 5, dropped: 0 })
  assert.equal(ran.recorder.total.slip.maxUs, 450_000)
  const { responseTime, serviceTime } = ran.recorder.total.iterations.outcomes.get('ok')!
  assert.deepEqual([responseTime.maxUs, serviceTime.maxUs], [460_000, 10_000])
})

test('a start beyond maxVUs is dropped and counted, as k6 does', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 10, duration: '1s', maxVUs: 2 }
  const ran = await run(settings, takes(350))
  // Two start at 0 and 100 ms; the next free ones are those at 400, 500 and 800, 900 ms.
  assert.deepEqual(
    ran.iterations.map(({ index }) => index),
    [0, 1, 4, 5, 8, 9],
  )
  assert.deepEqual(counts(ran), { due: 10, started: 6, late: 0, dropped: 4 })
})

test('maxVUs is for the whole run: shards share it', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 100, duration: '1s', maxVUs: 3 }
  const shards = await Promise.all([0, 1].map((shard) => run(settings, takes(10_000), { shard, shards: 2 })))
  assert.deepEqual(
    shards.map((ran) => counts(ran).started),
    [2, 1],
  )
  assert.equal(
    shards.reduce((sum, ran) => sum + counts(ran).due, 0),
    100,
  )
})

test('iterations in flight at the end have their grace, and are interrupted after it', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 2, duration: '1s', gracefulStop: '3s' }
  const ran = await run(settings, ({ index, signal }, clock) => clock.sleep(index === 0 ? 2000 : 60_000, signal))
  assert.deepEqual(outcomes(ran), { ok: 1, interrupted: 1 })
  assert.equal(ran.outcome.durationMs, 4000)
  assert.deepEqual(ran.outcome.failures, [])
})

test('an iteration that does not heed its signal does not hold up the end, and is told', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 1, duration: '1s', gracefulStop: 0 }
  const ran = await run(settings, () => new Promise<never>(() => undefined), { limits: { interruptMs: 200 } })
  assert.equal(ran.outcome.abandoned, 1)
  assert.equal(ran.outcome.durationMs, 1200)
})

test('stop ends the starts at once, not what is in flight', async () => {
  const stop = new AbortController()
  const ran = await run(
    { executor: 'constant-arrival-rate', rate: 10, duration: '60s' },
    async ({ index, signal }, clock) => {
      if (index === 5) stop.abort(new Error('enough'))
      await clock.sleep(1000, signal)
    },
    { stop: stop.signal },
  )
  assert.deepEqual(outcomes(ran), { ok: 6 })
  assert.equal(ran.outcome.state, 'stopped')
  assert.equal(ran.outcome.durationMs, 1500)
})

test('a run stopped before it begins starts nothing and has no window', async () => {
  const settings = { executor: 'constant-vus', vus: 2, duration: '60s' }
  const ran = await run(settings, takes(10), { stop: AbortSignal.abort() })
  assert.deepEqual([ran.iterations.length, ran.outcome.windows, ran.outcome.state], [0, 0, 'stopped'])
})

test('windows come every second, also while nothing happens, and sum to the total', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 1, timeUnit: '4s', duration: '9s' }
  const ran = await run(settings, takes(100))
  assert.deepEqual(
    ran.windows.map(({ starts }) => starts.started),
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
  )
  assert.equal(ran.outcome.windows, 9)
  const sum = ran.windows[0]
  for (const window of ran.windows.slice(1)) sum.merge(window)
  sum.levels.clear()
  assert.deepEqual(encodeFigures(sum), encodeFigures(ran.recorder.total))
})

test('an iteration that throws fails alone: its stack is kept once, the rest counted', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 4, duration: '1s' }
  const ran = await run(settings, ({ index }) =>
    index % 2 === 0 ? Promise.reject(new Error('no such product')) : Promise.resolve(),
  )
  assert.deepEqual(outcomes(ran), { failed: 2, ok: 2 })
  const [{ message, stack, count }, ...others] = ran.outcome.failures
  assert.deepEqual([message, count, others.length], ['no such product', 2, 0])
  assert.match(stack, /load-loop\.test/)
})

test('an iteration that throws at once, without a promise, fails as well', async () => {
  const settings = { executor: 'shared-iterations', vus: 1, iterations: 2 }
  const ran = await run(settings, () => {
    throw new TypeError('broken')
  })
  assert.deepEqual(outcomes(ran), { failed: 2 })
})

test('users go on when their last iteration has ended and they have thought; that is the intended start', async () => {
  const settings = { executor: 'per-vu-iterations', vus: 2, iterations: 3 }
  const ran = await run(settings, takes(100), { thinkMs: ({ user }) => (user + 1) * 1000 })
  const starts = (wanted: number) =>
    ran.iterations.filter(({ user }) => user === wanted).map(({ intendedAtMs }) => intendedAtMs)
  assert.deepEqual(starts(0), [500, 1600, 2700])
  assert.deepEqual(starts(1), [500, 2600, 4700])
  assert.equal(ran.outcome.durationMs, 4300, 'it ends with the last iteration, not with maxDuration')
})

test('a slow target gets less load from users: that is what closed means', async () => {
  const settings = { executor: 'constant-vus', vus: 3, duration: '10s' }
  const started = async (ms: number) => (await run(settings, takes(ms))).iterations.length
  assert.deepEqual([await started(1000), await started(2500)], [30, 12])
})

test('shared iterations are done exactly, over any number of shards', async () => {
  const settings = { executor: 'shared-iterations', vus: 5, iterations: 23 }
  for (const shards of [1, 2, 5]) {
    const runs = await Promise.all(
      Array.from({ length: shards }, (_, shard) => run(settings, takes(50), { shard, shards })),
    )
    const indexes = runs.flatMap(({ iterations }) => iterations.map(({ index }) => index))
    assert.equal(new Set(indexes).size, 23)
    assert.deepEqual(
      indexes.sort((a, b) => a - b),
      Array.from({ length: 23 }, (_, index) => index),
    )
  }
})

test('a user whose time is over may finish within gracefulRampDown and is interrupted after it', async () => {
  const settings = {
    executor: 'ramping-vus',
    startVUs: 2,
    gracefulRampDown: '1s',
    stages: [
      { duration: '2s', target: 2 },
      { duration: 0, target: 1 },
      { duration: '8s', target: 1 },
    ],
  }
  const ends = new Map<number, number[]>()
  const ran = await run(settings, async ({ user, signal }, clock) => {
    try {
      await clock.sleep(5000, signal)
    } finally {
      ends.set(user, [...(ends.get(user) ?? []), clock.now() - START_AT])
    }
  })
  assert.deepEqual(ends.get(1), [3000])
  assert.deepEqual(ends.get(0), [5000, 10_000])
  assert.deepEqual(outcomes(ran), { ok: 2, interrupted: 1 })
})

test('users come and go with the stages, and the level of each second is known', async () => {
  const settings = {
    executor: 'ramping-vus',
    startVUs: 0,
    stages: [
      { duration: '4s', target: 4 },
      { duration: '4s', target: 0 },
    ],
  }
  const ran = await run(settings, takes(100))
  assert.deepEqual(ran.windows.map(({ levels }) => levels.get('vus') ?? 0).slice(0, 5), [0, 1, 2, 3, 4])
})

test('random numbers of an iteration depend on its number alone, not on shards', async () => {
  const settings = { executor: 'constant-arrival-rate', rate: 8, duration: '1s' }
  const drawn = async (shards: number) => {
    const runs = await Promise.all(
      Array.from({ length: shards }, (_, shard) => run(settings, takes(1), { shard, shards })),
    )
    const pairs = runs.flatMap(({ iterations }) =>
      iterations.map(({ index, random }) => [index, random('product').uint32()] as const),
    )
    return new Map(pairs.sort(([a], [b]) => a - b))
  }
  assert.deepEqual(await drawn(4), await drawn(1))
})

test('an hour at one start a second has its 3,600 windows', async () => {
  const settings = { executor: 'poisson-arrival-rate', rate: 1, duration: '1h' }
  const ran = await run(settings, takes(20), {}, steppedClock())
  assert.equal(ran.outcome.windows, 3600)
  assert.equal(counts(ran).due, counts(ran).started)
})
