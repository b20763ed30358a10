import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { stream } from '../../../src/scenario/stream.ts'
import { createFeeder, FeederEmptyError, loadFeeder } from '../../../src/workloads/http/feeder.ts'
import { readRows } from '../../../src/workloads/http/read-rows.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'
import { iterations, runHttp, settingsOf } from './run-http.ts'
import { httpServer } from './servers.ts'

const random = () => stream(1, 'test')

test('however rows are divided, shards share none and leave none out', () => {
  const sizes = fc.record({ count: fc.integer({ min: 1, max: 200 }), shards: fc.integer({ min: 1, max: 12 }) })
  fc.assert(
    fc.property(
      sizes.filter(({ count, shards }) => count >= shards),
      fc.constantFrom('sequential' as const, 'once' as const),
      ({ count, shards }, mode) => {
        const rows = Array.from({ length: count }, (_, id) => ({ id }))
        const given = Array.from({ length: shards }, (_, shard) => {
          const feeder = createFeeder('users', rows, mode, shard, shards)
          return Array.from({ length: feeder.size }, () => Number(feeder.next(random)['id']))
        })
        given.forEach((ids, shard) => assert.ok(ids.every((id) => id % shards === shard)))
        assert.deepEqual(
          given.flat().sort((a, b) => a - b),
          rows.map(({ id }) => id),
        )
      },
    ),
  )
})

test('sequential begins again, once ends, random stays within the shard', () => {
  const rows = [{ id: 0 }, { id: 1 }, { id: 2 }, { id: 3 }]
  const sequential = createFeeder('users', rows, 'sequential', 1, 2)
  assert.deepEqual(
    [1, 2, 3].map(() => sequential.next(random)['id']),
    [1, 3, 1],
  )
  const once = createFeeder('users', rows, 'once', 1, 2)
  once.next(random)
  once.next(random)
  assert.throws(
    () => once.next(random),
    (error) => error instanceof FeederEmptyError && /users has no rows left: each of the 2/.test(error.message),
  )
  const drawn = createFeeder('users', rows, 'random', 0, 2)
  const numbers = stream(7, 'rows')
  const ids = new Set(Array.from({ length: 50 }, () => drawn.next(() => numbers)['id']))
  assert.deepEqual(ids, new Set([0, 2]))
})

test('rows come from CSV and from JSON', async (t) => {
  const folder = await temporaryFolder(t)
  const [csv, json] = [join(folder, 'users.csv'), join(folder, 'users.json')]
  writeFileSync(csv, '\ufeffemail,name\na@example.com,"Doe, Jane"\n\nb@example.com,Bob\n')
  writeFileSync(json, '[{"email": "c@example.com", "age": 5}]')
  assert.deepEqual(readRows(csv).rows, [
    { email: 'a@example.com', name: 'Doe, Jane' },
    { email: 'b@example.com', name: 'Bob' },
  ])
  assert.deepEqual(readRows(json).rows, [{ email: 'c@example.com', age: 5 }])
  writeFileSync(json, '{"email": "c@example.com"}')
  assert.throws(() => readRows(json), /must hold a list of objects/)
})

test('a file that is not the one the scenario was checked with is refused', async (t) => {
  const file = join(await temporaryFolder(t), 'users.csv')
  writeFileSync(file, 'email\na@example.com\n')
  const { feeders } = settingsOf({ feeders: { users: { file } } })
  assert.equal(loadFeeder('users', feeders['users'], 0, 1).size, 1)
  writeFileSync(file, 'email\nz@example.com\n')
  assert.throws(() => loadFeeder('users', feeders['users'], 0, 1), /is not the file the scenario was checked with/)
})

test('rows reach the requests of a journey; a user keeps its own, and one that is left without fails its iteration', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    seen.push(`${request.url} ${String(request.headers['x-own'])}`)
    response.end()
  })
  const rows = [{ key: 'a' }, { key: 'b' }, { key: 'c' }]
  const journeys = [{ name: 'j', steps: [{ name: 'get', path: '/${keys.key}' }] }]
  const feeders = { keys: { rows, mode: 'once' }, own: { rows, per: 'user' } }
  const run = await runHttp(server.url, { load: iterations(5), journeys, feeders, headers: { 'x-own': '${own.key}' } })
  assert.deepEqual(seen, ['/a a', '/b a', '/c a'])
  assert.deepEqual(
    run.outcome.failures.map(({ count, message }) => [count, message.slice(0, 30)]),
    [[2, 'feeder keys has no rows left: ']],
  )
})
