import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { forgetRun } from '../../src/jobs/forget-run.ts'
import { gangClaims, type Claim } from '../../src/jobs/gang-claims.ts'
import { gangTable } from '../../src/jobs/gang-table.ts'
import { startedEnvironment, unkindEnvironment } from '../environment/started.ts'
import { steppedClock } from '../stepped-clock.ts'

async function openRows(t: TestContext, start: typeof startedEnvironment = startedEnvironment) {
  const { clients, names } = await start(t)
  const options = { client: clients.dynamodb, tableName: names.jobs, clock: steppedClock() }
  return { options, rows: gangTable(options), claims: gangClaims(options) }
}

function claimOf(claim: string, jobId = 'load-0'): Claim {
  return { runId: 'run', gang: 'load', jobId, claim }
}

const by = { host: 'here', sentAtMs: 1 }

test('of many deliveries that claim a job at once, one has it', async (t) => {
  const { claims, rows } = await openRows(t, unkindEnvironment)
  const asked = Array.from({ length: 20 }, (_, at) => claimOf(`delivery-${at}`))
  const answers = await Promise.all(asked.map((claim) => claims.claim(claim, by)))
  assert.equal(answers.filter(Boolean).length, 1)
  const { shards } = await rows.read('run', 'load')
  assert.equal(shards.get('load-0')!.claim, asked[answers.indexOf(true)].claim)
})

test('a delivery that asks again, because the first answer was lost, still has its claim', async (t) => {
  const { claims } = await openRows(t)
  assert.equal(await claims.claim(claimOf('mine'), by), true)
  assert.equal(await claims.claim(claimOf('mine'), by), true)
  assert.equal(await claims.claim(claimOf('other'), by), false)
})

test('a job is either claimed or lost before that: whoever comes second is refused', async (t) => {
  const { claims, rows } = await openRows(t)
  assert.equal(await rows.loseUnclaimed('run', 'load', 'load-0', 'cancelled'), true)
  assert.equal(await claims.claim(claimOf('mine'), by), false)
  assert.equal(await claims.claim(claimOf('mine', 'load-1'), by), true)
  assert.equal(await rows.loseUnclaimed('run', 'load', 'load-1', 'cancelled'), false)
})

test('only a shard that stands where it was seen is lost, and nothing it writes after that counts', async (t) => {
  const { claims, rows } = await openRows(t)
  const mine = claimOf('mine')
  await claims.claim(mine, by)
  const seen = (await rows.read('run', 'load')).shards.get('load-0')!
  assert.equal(await claims.write(mine, { beat: 1, batches: 4 }), true)
  assert.equal(await rows.loseSilent('run', 'load', seen, 'silent'), false)
  const again = (await rows.read('run', 'load')).shards.get('load-0')!
  assert.equal(again.batches, 4)
  assert.equal(await rows.loseSilent('run', 'load', again, 'silent'), true)
  assert.equal(await claims.write(mine, { beat: 2, batches: 5 }), false)
  await claims.fail(mine, 'another reason')
  const last = (await rows.read('run', 'load')).shards.get('load-0')!
  assert.deepEqual(last, { ...again, lost: 'silent' })
})

test('a gang is started or cancelled, never both; the first instant and the first reasons stay', async (t) => {
  const { rows } = await openRows(t)
  await rows.call('run', 'a', 'clock-1')
  await rows.start('run', 'a', 1_000)
  await rows.start('run', 'a', 2_000)
  await rows.cancel('run', 'a', 'too late')
  await rows.call('run', 'a', 'clock-2')
  await rows.stop('run', 'a', 'first')
  await rows.stop('run', 'a', 'second')
  const { gang } = await rows.read('run', 'a')
  const agreed = { clock: 'clock-1', sent: false, startAtMs: 1_000, stopReason: 'first', cancelledReason: undefined }
  assert.deepEqual(gang, agreed)
  await rows.cancel('run', 'b', 'no slots')
  await rows.cancel('run', 'b', 'later')
  await rows.start('run', 'b', 1_000)
  const other = (await rows.read('run', 'b')).gang
  assert.equal(other.cancelledReason, 'no slots')
  assert.equal(other.startAtMs, undefined)
})

test('gangs whose names begin alike do not see each other’s shards', async (t) => {
  const { rows, claims } = await openRows(t)
  await claims.claim(claimOf('mine'), by)
  await claims.claim({ ...claimOf('mine'), gang: 'load-2', jobId: 'load-2-0' }, by)
  assert.deepEqual([...(await rows.read('run', 'load')).shards.keys()], ['load-0'])
  assert.deepEqual([...(await rows.read('run', 'load-2')).shards.keys()], ['load-2-0'])
})

test('a thousand shards are read page by page', async (t) => {
  const { rows } = await openRows(t)
  const reason = 'r'.repeat(1_000) // more than the megabyte that one page holds
  const jobIds = Array.from({ length: 1_100 }, (_, shard) => `load-${shard}`)
  for (let at = 0; at < jobIds.length; at += 100) {
    await Promise.all(jobIds.slice(at, at + 100).map((jobId) => rows.loseUnclaimed('run', 'load', jobId, reason)))
  }
  assert.equal((await rows.read('run', 'load')).shards.size, 1_100)
})

test('forgetting a run removes its gangs', async (t) => {
  const { rows, claims, options } = await openRows(t)
  await rows.call('run', 'load', 'clock')
  await claims.claim(claimOf('mine'), by)
  assert.equal(await forgetRun({ ...options, runId: 'run' }), 2)
  assert.equal((await rows.read('run', 'load')).shards.size, 0)
})
