import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { forgetRun } from '../../src/jobs/forget-run.ts'
import { gangClaims, type GangClaims } from '../../src/jobs/gang-claims.ts'
import { gangTable } from '../../src/jobs/gang-table.ts'
import { fencedStore } from '../../src/processor/fenced-store.ts'
import { GangLostError, joinGang } from '../../src/processor/gang-member.ts'
import { shareComparisons } from '../../src/processor/shared-comparison.ts'
import { storedObject } from '../../src/results/stored-object.ts'
import type { ObjectStore } from '../../src/results/stores.ts'
import { startedEnvironment } from '../environment/started.ts'
import { quietClock } from '../jobs/quiet-clock.ts'

async function scene(t: TestContext) {
  const { clients, names } = await startedEnvironment(t)
  const clock = quietClock(clients)
  const options = { client: clients.dynamodb, tableName: names.jobs, clock }
  const rows = gangTable(options)
  const real = gangClaims(options)
  const table = { isCut: false }
  /** A table that does not answer: calls hang until it does again. */
  const claims = Object.fromEntries(
    Object.entries(real).map(([name, call]) => [
      name,
      async (...given: unknown[]) => {
        while (table.isCut) await clock.sleep(100)
        return (call as (...args: unknown[]) => Promise<unknown>)(...given)
      },
    ]),
  ) as unknown as GangClaims
  const join = (clockId?: string, size = 1) =>
    joinGang({
      ...{ claims, clock, clockId, comparison: shareComparisons(clock), host: 'here', runId: 'run', jobId: 'load-0' },
      ...{ gang: { name: 'load', size }, sentAtMs: 1 },
    })
  const pass = (ms: number) => clock.run(clock.sleep(ms))
  const row = async () => (await rows.read('run', 'load')).shards.get('load-0')!
  const forget = () => forgetRun({ ...options, runId: 'run' })
  return { clock, rows, join, pass, row, forget, cut: (isCut: boolean) => void (table.isCut = isCut) }
}

function memory(): ObjectStore & { readonly keys: string[] } {
  const keys: string[] = []
  return {
    keys,
    get: () => Promise.reject(new Error('unused')),
    async put(key, body) {
      keys.push(key)
      return storedObject(key, body)
    },
  }
}

test('a claimed job beats each second from its claim on, and not twice for what it ships', async (t) => {
  const { join, pass, row } = await scene(t)
  const held = (await join())!
  await pass(5_500)
  assert.equal((await row()).beat, 5)
  for (let batch = 1; batch <= 4; batch++) {
    await held.member.shipped(batch)
    await pass(1_000)
  }
  const { beat, batches } = await row()
  assert.equal(batches, 4)
  assert.ok(beat <= 11, `${beat} beats`)
  await held.end()
  await pass(5_000)
  assert.equal((await row()).beat, beat)
})

test('a start that was agreed is told in this host’s clock, and a stop heard within a second or two', async (t) => {
  const { clock, rows, join, pass } = await scene(t)
  const held = (await join('same-boot'))!
  await rows.call('run', 'load', 'same-boot')
  const ready = held.member.ready()
  await pass(2_000)
  await rows.start('run', 'load', 12_345)
  const start = await clock.run(ready)
  assert.deepEqual(start, { state: 'go', startAtMs: 12_345, clock: { offsetMs: 0, uncertaintyMs: 0 } })
  await pass(3_000)
  assert.equal(held.member.stop.aborted, false)
  await rows.stop('run', 'load', 'enough')
  await pass(2_000)
  assert.equal(held.member.stop.reason, 'enough')
  await held.end()
})

test('a ready shard that no scheduler answers gives up after five minutes', async (t) => {
  const { clock, join } = await scene(t)
  const held = (await join(undefined, 1_000))! // of many, so that it looks rarely
  const start = await clock.run(held.member.ready(), 310_000)
  assert.equal(start.state, 'cancelled')
  assert.match(start.state === 'cancelled' ? start.reason : '', /no scheduler has answered for 300 s/)
  await held.end()
})

test('a shard that finds itself lost stops, and stores nothing more', async (t) => {
  const { rows, join, pass, row } = await scene(t)
  const held = (await join())!
  const store = memory()
  const fenced = fencedStore(store, () => held.mustHold())
  await fenced.put('before', Buffer.from(''))
  assert.equal(await rows.loseSilent('run', 'load', await row(), 'silent'), true)
  await pass(2_000)
  assert.match(String(held.member.stop.reason), /taken this job for lost/)
  await assert.rejects(fenced.put('after', Buffer.from('')), GangLostError)
  await assert.rejects(held.mustHold('surely'), GangLostError)
  assert.deepEqual(store.keys, ['before'])
  await held.end()
})

test('a shard that cannot reach the table for ten seconds stops, and asks before it stores again', async (t) => {
  const { clock, rows, join, pass, row, cut } = await scene(t)
  const held = (await join())!
  const store = memory()
  const fenced = fencedStore(store, () => held.mustHold())
  await pass(3_000)
  cut(true)
  await pass(8_000)
  assert.equal(held.member.stop.aborted, false)
  await fenced.put('within', Buffer.from(''))
  await pass(4_000)
  assert.match(String(held.member.stop.reason), /the job table has not answered for 10 s/)
  const late = fenced.put('late', Buffer.from(''))
  late.catch(() => undefined)
  await pass(5_000)
  assert.deepEqual(store.keys, ['within'])
  assert.equal(await rows.loseSilent('run', 'load', await row(), 'silent'), true)
  cut(false)
  await assert.rejects(clock.run(late), GangLostError)
  assert.deepEqual(store.keys, ['within'])
  await held.end()
})

test('a ready shard of a cancelled gang is told why', async (t) => {
  const { clock, rows, join } = await scene(t)
  const held = (await join())!
  await rows.cancel('run', 'load', 'no slots')
  assert.deepEqual(await clock.run(held.member.ready()), { state: 'cancelled', reason: 'no slots' })
  await held.end()
})

test('a job whose run was removed is nobody’s any more', async (t) => {
  const { join, forget } = await scene(t)
  const held = (await join())!
  await forget()
  await assert.rejects(held.mustHold('surely'), GangLostError)
  await held.end()
})
