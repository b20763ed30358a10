import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Figures } from '../../../src/engine/figures.ts'
import { addEncodedFigures, encodeFigures } from '../../../src/engine/figures-encoding.ts'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import type { MergedWindow } from '../../../src/engine/window-merger.ts'
import { createWindowLedger } from '../../../src/engine/window-ledger.ts'
import type { ThreadMessage } from '../../../src/engine/worker/protocol.ts'
import { startShardThreads, type ShardThreads } from '../../../src/engine/worker/shard-threads.ts'
import { MOST_UNTAKEN, startLoadThread, STRAY_COUNTER } from '../../../src/engine/worker/thread.ts'
import { steppedClock } from '../../stepped-clock.ts'

interface Setup {
  readonly executor: object
  readonly shards?: readonly number[]
  readonly totalShards?: number
  readonly threads?: number
  readonly data?: object
}

const ITERATE = new URL('./iterate.ts', import.meta.url).href
const FEW = { executor: 'constant-arrival-rate', rate: 40, duration: '1200ms' }

function settingsOf(given: object) {
  const executor = executorSchema.parse(given)
  assert.ok(executor.executor !== 'step-to-failure')
  return executor
}

function threadsOf(
  t: TestContext,
  setup: Setup,
): { threads: ShardThreads; windows: MergedWindow[]; ledger: ReturnType<typeof createWindowLedger> } {
  const { executor, shards = [0, 1, 2], totalShards = shards.length, threads: count = 2, data = {} } = setup
  const windows: MergedWindow[] = []
  const ledger = createWindowLedger(totalShards)
  const threads = startShardThreads({
    executor: settingsOf(executor),
    seed: 1,
    shards,
    totalShards,
    module: ITERATE,
    data,
    threads: count,
    onWindow: (window) => windows.push(window),
    onShardWindow: ({ shard, number }) => assert.ok(ledger.receive(shard, number)),
  })
  t.after(() => threads.terminate())
  return { threads, windows, ledger }
}

test('shards on threads together run the whole schedule, and their windows sum to the total', async (t) => {
  const { threads, windows, ledger } = threadsOf(t, { executor: FEW })
  await threads.ready
  threads.go(Date.now())
  const { outcomes, total, health, lost } = await threads.done
  for (const { shard, windows: due } of outcomes) ledger.due(shard, due)
  assert.deepEqual(lost, [])
  assert.ok(ledger.complete)
  assert.deepEqual(
    outcomes.map(({ shard, state }) => [shard, state]),
    [
      [0, 'finished'],
      [1, 'finished'],
      [2, 'finished'],
    ],
  )
  assert.deepEqual(health.map(({ where }) => where).sort(), ['thread 1 of 2', 'thread 2 of 2'])
  const done = [...total.counters.keys()].sort()
  assert.deepEqual(done, Array.from({ length: 48 }, (_, index) => `index ${index}`).sort())
  const sum = new Figures()
  for (const { figures } of windows) addEncodedFigures(figures, sum)
  sum.levels.clear()
  assert.deepEqual(encodeFigures(sum), encodeFigures(total))
  assert.deepEqual(
    windows.map(({ number }) => number),
    windows.map((_, at) => at),
  )
})

test('a host runs the shards it was given, and only their part of the schedule', async (t) => {
  const { threads } = threadsOf(t, { executor: FEW, shards: [1, 3], totalShards: 4 })
  await threads.ready
  threads.go(Date.now())
  const { total } = await threads.done
  assert.equal(total.starts.due, 24)
  assert.ok([...total.counters.keys()].every((name) => Number(name.slice(6)) % 2 === 1))
})

test('a shard that cannot start is told by ready, and its thread by done', async (t) => {
  const { threads } = threadsOf(t, { executor: FEW, data: { failToStart: 1 } })
  await assert.rejects(threads.ready, /shards 1 cannot start: no route to host/)
  await threads.terminate()
  const { lost } = await threads.done
  assert.equal(lost.find(({ shard }) => shard === 1)?.reason, 'no route to host')
})

test('a thread that dies loses its shards and no others: the run goes on and is not complete', async (t) => {
  const { threads, ledger } = threadsOf(t, { executor: FEW, data: { dieAt: 25 } })
  await threads.ready
  threads.go(Date.now())
  const { outcomes, lost } = await threads.done
  for (const { shard, windows } of outcomes) ledger.due(shard, windows)
  assert.deepEqual(
    lost.map(({ shard }) => shard),
    [1],
  ) // 25 mod 3; shards 0 and 2 share the other thread
  assert.match(lost[0].reason, /code 3/)
  assert.deepEqual(
    outcomes.map(({ shard }) => shard),
    [0, 2],
  )
  assert.equal(ledger.complete, false)
})

test('stop ends the load of all threads early, with their figures', { timeout: 20_000 }, async (t) => {
  const hours = { executor: 'constant-arrival-rate', rate: 100, duration: '10h' }
  const { threads, windows } = threadsOf(t, { executor: hours })
  await threads.ready
  threads.go(Date.now())
  while (windows.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  threads.stop()
  const { outcomes, total } = await threads.done
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  )
  assert.ok(total.starts.started > 0)
})

test('threads that are stopped before they may go end without load', async (t) => {
  const { threads } = threadsOf(t, { executor: FEW })
  await threads.ready
  threads.stop()
  const { outcomes, total } = await threads.done
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  )
  assert.equal(total.starts.due, 0)
})

test('more shards than users are refused before a thread starts', (t) => {
  const few = { executor: 'constant-vus', vus: 2, duration: '1s' }
  assert.throws(() => threadsOf(t, { executor: few }), /must be at most vus \(2\), got 3/)
})

test('windows that the main thread does not take are left out beyond the bound, and the ledger tells', async () => {
  const clock = steppedClock()
  const seconds = MOST_UNTAKEN + 30
  const posted: ThreadMessage[] = []
  const thread = startLoadThread({
    settings: {
      shards: [0],
      totalShards: 1,
      executor: settingsOf({ executor: 'constant-arrival-rate', rate: 1, duration: `${seconds}s` }),
      seed: 1,
      module: ITERATE,
      data: {},
      limits: { precision: 'sleep' },
      where: 'here',
    },
    post: (message) => posted.push(message),
    clock,
  })
  thread.receive({ type: 'go', startAt: 0 })
  await clock.until(thread.done, 1, 3_600_000)
  const ledger = createWindowLedger(1)
  for (const message of posted) {
    if (message.type === 'window') ledger.receive(0, message.number)
    if (message.type === 'ended') ledger.due(0, message.outcome.windows)
  }
  assert.deepEqual(ledger.shards[0].missing, [{ from: MOST_UNTAKEN, to: seconds - 1 }])
  assert.equal(ledger.complete, false)
})

test('timers that a journey leaves behind keep no thread alive, and promises that nobody waits for end none', async (t) => {
  const { threads } = threadsOf(t, { executor: FEW, data: { isCareless: true } })
  await threads.ready
  threads.go(Date.now())
  const { total, lost } = await threads.done
  assert.deepEqual(lost, [])
  assert.equal(total.iterations.count, 48)
  assert.equal(total.counters.get(STRAY_COUNTER), 48)
})
