import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { hostTable } from '../../src/jobs/host-table.ts'
import { watchHosts } from '../../src/jobs/host-watch.ts'
import { startedEnvironment } from '../environment/started.ts'
import { quietClock } from './quiet-clock.ts'

async function openHosts(t: TestContext) {
  const { clients, names } = await startedEnvironment(t)
  const clock = quietClock(clients)
  const table = hostTable({ client: clients.dynamodb, tableName: names.jobs, clock })
  const beats = new Map<string, number>()
  const tell = async (host: string, freeSlots: number) => {
    const beat = (beats.get(host) ?? 0) + 1
    beats.set(host, beat)
    await table.tell({ host, beat, freeSlots })
  }
  return { table, watch: watchHosts(table, clock), tell, pass: (ms: number) => clock.run(clock.sleep(ms)) }
}

test('a row that a dead host left behind offers nothing; one that moves, or comes, does', async (t) => {
  const { watch, tell, pass } = await openHosts(t)
  await tell('dead', 8)
  await tell('alive', 3)
  assert.deepEqual(await watch.look(), { hosts: 0, freeSlots: 0 })
  await tell('alive', 2)
  await tell('new', 1)
  await pass(1_000)
  assert.deepEqual(await watch.look(), { hosts: 2, freeSlots: 3 })
})

test('a host that says nothing more, or signs off, is not counted on for long', async (t) => {
  const { table, watch, tell, pass } = await openHosts(t)
  await watch.look()
  await tell('dies', 1)
  await tell('leaves', 2)
  assert.deepEqual(await watch.look(), { hosts: 2, freeSlots: 3 })
  await table.remove('leaves')
  await pass(1_000)
  assert.deepEqual(await watch.look(), { hosts: 1, freeSlots: 1 })
  for (let second = 0; second < 5; second++) await pass(1_000).then(() => watch.look())
  assert.deepEqual(await watch.look(), { hosts: 0, freeSlots: 0 })
})

test('one that moved some time in a long pause may have died since, and must move again', async (t) => {
  const { watch, tell, pass } = await openHosts(t)
  await tell('host', 4)
  await watch.look()
  await tell('host', 4)
  await pass(60_000)
  assert.equal((await watch.look()).hosts, 0)
  await tell('host', 4)
  assert.equal((await watch.look()).hosts, 1)
})

test('after slots were taken only what hosts have said since counts', async (t) => {
  const { watch, tell } = await openHosts(t)
  await watch.look()
  await tell('host', 4)
  assert.equal((await watch.look()).freeSlots, 4)
  watch.forget()
  assert.equal((await watch.look()).freeSlots, 0)
  await tell('host', 1)
  assert.equal((await watch.look()).freeSlots, 1)
})
