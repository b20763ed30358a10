import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Figures } from '../../src/engine/figures.ts'
import { watchGenerator, type GeneratorHealth } from '../../src/engine/generator-health.ts'
import { HEALTH_LIMITS, verdictOf, type VerdictInput } from '../../src/engine/verdict.ts'
import { createWindowLedger } from '../../src/engine/window-ledger.ts'

const healthy: GeneratorHealth = {
  where: 'thread 1 of 2',
  watchedMs: 10_000,
  eventLoopDelayP99Ms: 1,
  eventLoopDelayMaxMs: 20,
  cpuShare: 0.3,
  spinShare: 0.5,
  gcShare: 0.01,
  openFiles: 100,
  openFilesLimit: 1000,
}

function input(changed: Partial<VerdictInput> & { slipMs?: number; dropped?: number } = {}): VerdictInput {
  const { slipMs = 0.1, dropped = 0, ...rest } = changed
  const total = new Figures()
  for (let start = 0; start < 100; start++) total.slip.record(slipMs * 1000)
  total.starts.dropped = dropped
  const ledger = createWindowLedger(1)
  ledger.receive(0, 0)
  ledger.due(0, 1)
  return { model: 'open', total, health: [healthy], ledger: ledger.shards, ...rest }
}

test('a healthy run is valid, and every measure stands beside its limit', () => {
  const verdict = verdictOf(input())
  assert.equal(verdict.state, 'valid')
  assert.deepEqual(
    verdict.measures.map(({ name, value, limit }) => [name, value, limit]),
    [
      ['schedule_slip_p99_ms', 0.1, 1],
      ['dropped_starts', 0, 0],
      ['event_loop_delay_p99_ms', 1, 10],
      ['event_loop_delay_max_ms', 20, 1000],
      ['cpu_share', 0.3, 0.9],
      ['gc_share', 0.01, 0.1],
      ['open_files', 100, 950],
      ['refused_sockets', 0, 0],
    ],
  )
})

test('each sign of a generator at its limit makes the run saturated, with its number, its limit and its thread', () => {
  const second = { ...healthy, where: 'thread 2 of 2' }
  const signs: [string, VerdictInput][] = [
    ['schedule_slip_p99_ms', input({ slipMs: 1.5 })],
    ['dropped_starts', input({ dropped: 1 })],
    ['event_loop_delay_p99_ms', input({ health: [healthy, { ...second, eventLoopDelayP99Ms: 11 }] })],
    ['event_loop_delay_max_ms', input({ health: [healthy, { ...second, eventLoopDelayMaxMs: 4000 }] })],
    ['cpu_share', input({ health: [healthy, { ...second, cpuShare: 0.95 }] })],
    ['gc_share', input({ health: [{ ...second, gcShare: 0.2 }, healthy] })],
    ['open_files', input({ health: [healthy, { ...second, openFiles: 960 }] })],
    ['refused_sockets', input({ refusedSockets: 1 })],
  ]
  for (const [name, given] of signs) {
    const verdict = verdictOf(given)
    assert.ok(verdict.state === 'saturated', name)
    assert.deepEqual(
      verdict.exceeded.map((measure) => measure.name),
      [name],
    )
    if (given.health.length > 1) assert.equal(verdict.exceeded[0].where, second.where)
  }
})

test('of a few starts the worst are chance: five must be late for it to be a bottleneck', () => {
  const slips = (late: number): VerdictInput => {
    const total = new Figures()
    for (let start = 0; start < 20; start++) total.slip.record(start < late ? 9_000 : 100)
    return { ...input(), total }
  }
  assert.equal(verdictOf(slips(4)).state, 'valid')
  assert.equal(verdictOf(slips(6)).state, 'saturated')
})

test('CPU that went into spinning is not held against the generator', () => {
  assert.equal(verdictOf(input({ health: [{ ...healthy, cpuShare: 0.4, spinShare: 0.6 }] })).state, 'valid')
})

test('users wait with timers, so that a closed model may slip more', () => {
  assert.equal(verdictOf(input({ slipMs: 5, model: 'closed' })).state, 'valid')
  assert.equal(verdictOf(input({ slipMs: HEALTH_LIMITS.slipP99Ms.closed * 1.1, model: 'closed' })).state, 'saturated')
})

test('missing windows make a run incomplete, before everything else', () => {
  const ledger = createWindowLedger(3)
  for (const [shard, number] of [
    [0, 0],
    [1, 0],
    [1, 2],
  ])
    ledger.receive(shard, number)
  ledger.due(0, 1)
  ledger.due(1, 3)
  const verdict = verdictOf(input({ ledger: ledger.shards, slipMs: 9, aborted: 'p(95)<200 failed' }))
  assert.ok(verdict.state === 'incomplete')
  assert.deepEqual(verdict.reasons, [
    'shard 1: 2 of 3 windows arrived, missing 1',
    'shard 2 never said that it ended; 0 of its windows arrived',
  ])
  assert.deepEqual(
    verdict.shards.map(({ shard }) => shard),
    [1, 2],
  )
})

test('a shard that never got ready makes the run incomplete', () => {
  const verdict = verdictOf(input({ missing: ['shard 3 never got ready'] }))
  assert.ok(verdict.state === 'incomplete')
  assert.deepEqual(verdict.reasons, ['shard 3 never got ready'])
})

test('a run that was stopped is aborted, and still tells what was exceeded', () => {
  const verdict = verdictOf(input({ aborted: 'SIGINT', slipMs: 3 }))
  assert.ok(verdict.state === 'aborted')
  assert.deepEqual([verdict.reason, verdict.exceeded[0].name], ['SIGINT', 'schedule_slip_p99_ms'])
})

test('the watch sees a thread that computes, and one whose event loop stands still', async () => {
  const watch = watchGenerator('here')
  const until = performance.now() + 60
  await new Promise<void>((resolve) => setTimeout(resolve, 20))
  while (performance.now() < until + 60);
  await new Promise<void>((resolve) => setTimeout(resolve, 20))
  watch.sample()
  const health = watch.stop(0)
  assert.ok(health.cpuShare > 0 && health.watchedMs >= 60 && health.eventLoopDelayP99Ms > 20, JSON.stringify(health))
  if (process.platform === 'linux') assert.ok(health.openFiles! > 0 && health.openFilesLimit! > health.openFiles!)
})

test('what the shards span is taken off the CPU and reported apart', async () => {
  const watch = watchGenerator('here')
  const until = performance.now() + 50
  while (performance.now() < until);
  const health = watch.stop(1e9)
  assert.equal(health.cpuShare, 0)
  assert.ok(health.spinShare > 1)
})
