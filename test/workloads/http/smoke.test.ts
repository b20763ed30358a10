import assert from 'node:assert/strict'
import test from 'node:test'
import { iterations, runHttp } from './run-http.ts'
import { httpServer } from './servers.ts'

test('smoke', async (t) => {
  const server = await httpServer(t, (request, response) => {
    request.resume()
    response.end(JSON.stringify({ token: 'abc', url: request.url }))
  })
  const run = await runHttp(server.url, { load: iterations(100, 10), request: { path: '/x' } })
  assert.deepEqual(run.outcomes('GET /x'), { ok: 100 })
  assert.equal(server.accepted, 10)
  const two = await runHttp(server.url, {
    load: iterations(100, 10),
    journeys: [
      {
        name: 'a',
        steps: [
          {
            name: 'login',
            path: '/login',
            json: { user: '${user}', n: '${random.integer(1,3)}' },
            extract: [{ name: 'token', json: '$.token' }],
            checks: [{ name: 'has token', json: '$.token', equals: 'abc' }],
          },
          { name: 'use', path: '/use/${token}', think: 1 },
        ],
      },
    ],
  })
  console.log(two.outcome.failures)
  assert.deepEqual(two.outcomes('use'), { ok: 100 })
  console.log(two.checks)
})
