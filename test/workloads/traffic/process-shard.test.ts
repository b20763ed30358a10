import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { decodeFigures } from '../../../src/engine/figures-encoding.ts'
import type { ObjectStore } from '../../../src/results/stores.ts'
import { FIGURES_KEY, WINDOWS_KEY } from '../../../src/results/traffic-layout.ts'
import { readWindows } from '../../../src/results/traffic-windows.ts'
import { memoryStore, runTraffic, testGang } from './run-traffic.ts'
import { startTarget } from './target.ts'

const SHORT = { executor: 'constant-arrival-rate', rate: 40, duration: '600ms' }
const LONG = { executor: 'constant-arrival-rate', rate: 50, duration: '1h', gracefulStop: '1s' }

// They wait for time and for servers more than they compute.
describe('a shard', { concurrency: 3 }, () => {
  test('a run leaves its figures, its windows, its percentiles and a document that says how good they are', async (t) => {
    const { url, asked } = await startTarget(t, [3])
    const objects = memoryStore()
    const { document, stored, gang } = await runTraffic({ load: SHORT, target: url, objects, data: { throwAt: 5 } })
    assert.notEqual(document.verdict.state, 'incomplete')
    assert.equal(document.starts.due, 24)
    assert.equal(asked.length, 23)
    assert.deepEqual(document.all_steps.outcomes, { ok: 22, http_5xx: 1 })
    assert.deepEqual(document.steps['home'].statuses, { '200': 22, '503': 1 })
    assert.deepEqual(document.iterations.outcomes, { ok: 23, failed: 1 })
    assert.deepEqual(
      document.failures.map(({ message, count }) => [message, count]),
      [['the journey is wrong', 1]],
    )
    assert.deepEqual(document.checks, [{ name: 'answered', passed: 22, failed: 1 }])
    assert.deepEqual(document.counters, {})
    assert.deepEqual(document.extra, { asked_for: url, samples: 24 })
    assert.equal(document.target, url)
    assert.equal(document.shards[0].state, 'finished')
    assert.equal(document.shards[0].health[0].where, 'shard-0 on this host')
    assert.ok(document.duration_ms >= 590 && document.started_at !== null)
    assert.deepEqual(
      stored.map(({ key }) => key),
      ['shards/shard-0.json', 'traffic.json'],
    )
    assert.deepEqual(
      document.files.map(({ key }) => key),
      [
        'delays/shard-0.parquet',
        'figures.bin',
        'merged_percentiles/merged_percentiles.json',
        'percentiles/home.json',
        'windows.bin',
        'windows.parquet',
      ],
    )
    for (const { key, sha256, bytes } of document.files) {
      const body = await objects.get(key)
      assert.deepEqual([bytes, sha256], [body.length, createHash('sha256').update(body).digest('hex')])
    }
    const figures = decodeFigures(await objects.get(FIGURES_KEY))
    assert.equal(figures.steps.get('home')!.count, 23)
    const windows = [...readWindows(await objects.get(WINDOWS_KEY))]
    assert.deepEqual(
      windows.map(({ number, shards }) => ({ number, shards })),
      windows.map((_, number) => ({ number, shards: [0] })),
    )
    assert.equal(gang.shipped.get('shard-0'), document.shards[0].batches)
  })

  test('one scenario offers the same starts as 1, 2 and 4 shards', async (t) => {
    const runs = await Promise.all(
      [1, 2, 4].map(async (shards) => {
        const { url, asked } = await startTarget(t)
        const { document } = await runTraffic({ load: SHORT, shards, target: url })
        assert.ok(asked.every(({ index, shard }) => index % shards === shard))
        assert.equal(document.ledger.length, shards)
        assert.ok(document.ledger.every(({ complete }) => complete))
        return { digest: document.schedule_digest, indexes: asked.map(({ index }) => index).sort((a, b) => a - b) }
      }),
    )
    assert.deepEqual(
      runs[0].indexes,
      Array.from({ length: 24 }, (_, index) => index),
    )
    assert.deepEqual(runs[1], runs[0])
    assert.deepEqual(runs[2], runs[0])
  })

  test('a run that is stopped says so, with the figures until then', { timeout: 20_000 }, async (t) => {
    const { url, asked } = await startTarget(t)
    const gang = testGang(2)
    const running = runTraffic({ load: LONG, shards: 2, target: url, gang })
    while (asked.length < 10) await new Promise((resolve) => setTimeout(resolve, 10))
    gang.stop('an error rate of 12 %')
    const { document } = await running
    assert.equal(document.verdict.state === 'aborted' && document.verdict.reason, 'an error rate of 12 %')
    assert.deepEqual(
      document.shards.map(({ state, reason }) => [state, reason]),
      [
        ['stopped', 'an error rate of 12 %'],
        ['stopped', 'an error rate of 12 %'],
      ],
    )
    assert.equal(document.all_steps.count, asked.length)
  })

  test('a shard that must not do what it is asked for ends itself, and the run says what that was', async (t) => {
    const { url, asked } = await startTarget(t)
    const { document } = await runTraffic({ load: LONG, target: url, data: { refuseAt: 3 } })
    assert.deepEqual(
      document.shards.map(({ state, reason }) => [state, reason]),
      [['stopped', 'refused: evil.example is not allowed']],
    )
    assert.equal(document.verdict.state === 'aborted' && document.verdict.reason, document.shards[0].reason)
    assert.equal(document.counters['refusals'], 1)
    assert.equal(asked.length, 4)
  })

  test('a run that is stopped before its load began makes none', async (t) => {
    const { url, asked } = await startTarget(t)
    const gang = testGang(2) // one of two: nobody says go
    gang.stop('the user pressed Ctrl-C')
    const { document } = await runTraffic({ load: LONG, target: url, gang })
    assert.equal(document.verdict.state, 'aborted')
    assert.equal(document.started_at, null)
    assert.equal(asked.length, 0)
  })

  test('a shard whose thread dies has failed: what it shipped counts, and the run is incomplete', async (t) => {
    const { url } = await startTarget(t)
    const load = { ...SHORT, duration: '1500ms' }
    const { document } = await runTraffic({ load, shards: 2, target: url, data: { dieAt: 50 } })
    const [died, finished] = document.shards
    assert.deepEqual([died.state, died.windows, finished.state], ['failed', null, 'finished'])
    assert.match(died.reason!, /the load thread died: .*code 3/)
    assert.ok(document.verdict.state === 'incomplete')
    assert.ok(document.verdict.reasons.some((reason) => /shard-0 failed/.test(reason)))
    assert.equal(document.ledger[0].due, undefined)
    assert.ok(document.ledger[0].received >= 1) // the first second was shipped
    assert.ok(document.starts.started > 30 && document.starts.started < 60)
  })

  test('a load thread that hangs is ended when its time is over', { timeout: 20_000 }, async (t) => {
    const { url } = await startTarget(t)
    const load = { ...SHORT, gracefulStop: 0 }
    const { document } = await runTraffic({ load, target: url, data: { hangAt: 5 }, means: { overtimeMs: 200 } })
    assert.equal(document.shards[0].state, 'failed')
    assert.match(document.shards[0].reason!, /did not end when its time was over/)
    assert.equal(document.verdict.state, 'incomplete')
  })

  test('a gang that never begins makes no load and no figures', async (t) => {
    const { url, asked } = await startTarget(t)
    const gang = testGang(2, 'only 1 of 2 were ready in time')
    const { document } = await runTraffic({ load: SHORT, target: url, gang })
    assert.equal(asked.length, 0)
    assert.ok(document.verdict.state === 'incomplete')
    assert.deepEqual(document.verdict.reasons, ['shard-0 never started: only 1 of 2 were ready in time'])
  })

  test('a target that nobody knows fails the shard and not the run', async () => {
    const { document } = await runTraffic({ load: SHORT, target: 'shop' })
    assert.deepEqual([document.shards[0].state, document.shards[0].reason], ['failed', 'nobody knows where shop is'])
    assert.ok(document.verdict.state === 'incomplete')
    assert.deepEqual(document.verdict.reasons, ['shard-0 failed: nobody knows where shop is'])
  })

  test('windows that cannot be stored make the run incomplete, never smaller', async (t) => {
    const { url } = await startTarget(t)
    const memory = memoryStore()
    const objects: ObjectStore = {
      ...memory,
      async put(key, body) {
        if (key.startsWith('windows/')) throw new Error('the store is away')
        return memory.put(key, body)
      },
    }
    const { document } = await runTraffic({ load: SHORT, target: url, objects, means: { finishMs: 50 } })
    const [{ state, reason, batches, windows }] = document.shards
    assert.deepEqual([state, batches], ['failed', 0])
    assert.match(reason!, /the store is away/)
    assert.ok(document.verdict.state === 'incomplete')
    assert.deepEqual(document.ledger[0].missing, [{ from: 0, to: windows! - 1 }])
  })
})
