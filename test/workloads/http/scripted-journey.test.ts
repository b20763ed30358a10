import assert from 'node:assert/strict'
import test from 'node:test'
import { iterations, runHttp } from './run-http.ts'
import { httpServer } from './servers.ts'

test('values are taken from answers by JSON path, header and regular expression, and used by later steps', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    seen.push(`${request.url} ${String(request.headers['x-csrf'] ?? '')}`.trim())
    response.setHeader('location-id', 'L7')
    response.end(JSON.stringify({ items: [{ id: 1 }, { id: 2 }, { id: 3 }], html: '<input name="csrf" value="c5">' }))
  })
  const first = {
    name: 'first',
    path: '/first',
    extract: [
      { name: 'last', json: '$.items[*].id', pick: 'last' },
      { name: 'any', json: '$.items[*].id', pick: 'random' },
      { name: 'place', header: 'Location-Id' },
      { name: 'csrf', regex: 'value=\\\\"(\\w+)\\\\"' },
      { name: 'none', json: '$.nothing', default: 'fallback' },
    ],
  }
  const second = { name: 'second', path: '/second/${last}/${place}/${none}', headers: { 'x-csrf': '${csrf}' } }
  const run = await runHttp(server.url, { journeys: [{ name: 'j', steps: [first, second] }] })
  assert.deepEqual(run.outcome.failures, [])
  assert.deepEqual(seen, ['/first', '/second/3/L7/fallback c5'])
})

test('what finds nothing fails the iteration and says where', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('no json'))
  const steps = [
    { name: 'login', path: '/', extract: [{ name: 'token', json: '$.token' }] },
    { name: 'use', path: '/${token}' },
  ]
  const run = await runHttp(server.url, { load: iterations(3), journeys: [{ name: 'j', steps }] })
  assert.deepEqual(
    run.outcome.failures.map(({ message, count }) => [message, count]),
    [['step login: $.token finds nothing for token', 3]],
  )
  assert.ok(!run.figures.steps.has('use'))
})

test('checks are counted by name and fail nothing', async (t) => {
  const server = await httpServer(t, (_, response) =>
    response.setHeader('content-type', 'application/json').end('{"total": 5}'),
  )
  const checks = [
    { name: 'status', status: ['2xx', 304] },
    { name: 'wrong status', status: 404 },
    { name: 'total', json: '$.total', above: 4 },
    { name: 'wrong total', json: '$.total', above: 5 },
    { name: 'type', header: 'content-type', contains: 'json' },
    { name: 'body', body: true, matches: 'tot.l' },
    { name: 'soon', durationMs: true, below: 60_000 },
  ]
  const run = await runHttp(server.url, {
    load: iterations(2),
    journeys: [{ name: 'j', steps: [{ name: 'get', path: '/', checks }] }],
  })
  assert.deepEqual(
    run.checks.filter(({ failed }) => failed > 0).map(({ name }) => name),
    ['wrong status', 'wrong total'],
  )
  assert.deepEqual(
    run.checks.map(({ passed, failed }) => passed + failed),
    checks.map(() => 2),
  )
  assert.deepEqual(run.outcomes('get'), { ok: 2 })
})

test('a step that fails ends the journey, unless it is meant to go on; expected statuses do not fail', async (t) => {
  const server = await httpServer(t, (_, response) => response.writeHead(429).end())
  const journey = (step: object) => [
    {
      name: 'j',
      steps: [
        { name: 'get', path: '/', ...step },
        { name: 'after', path: '/' },
      ],
    },
  ]
  const stopped = await runHttp(server.url, { load: iterations(3), journeys: journey({}) })
  assert.deepEqual(
    stopped.outcome.failures.map(({ message, count }) => [message, count]),
    [['step get: http_4xx', 3]],
  )
  assert.ok(!stopped.figures.steps.has('after'))
  const goesOn = await runHttp(server.url, { journeys: journey({ onFailure: 'continue' }) })
  assert.deepEqual([goesOn.outcomes('get'), goesOn.outcomes('after')], [{ http_4xx: 1 }, { http_4xx: 1 }])
  const expected = await runHttp(server.url, { journeys: journey({ expect: [200, 429] }) })
  assert.deepEqual([expected.outcomes('get'), expected.outcomes('after')], [{ ok: 1 }, { http_4xx: 1 }])
  const other = await runHttp(server.url, { journeys: journey({ expect: 404, onFailure: 'continue' }) })
  assert.deepEqual(other.outcomes('get'), { http_4xx: 1 })
})

test('cookies are kept per user across iterations, and not at all where they are switched off', async (t) => {
  const seen: string[] = []
  let users = 0
  const server = await httpServer(t, (request, response) => {
    seen.push(request.headers.cookie ?? '-')
    if (request.headers.cookie === undefined)
      response.setHeader('set-cookie', [`id=${users++}; Path=/`, 'theme=dark; Path=/'])
    response.end()
  })
  const journeys = [{ name: 'j', steps: [{ name: 'get', path: '/' }] }]
  const load = { executor: 'per-vu-iterations', vus: 2, iterations: 3 }
  await runHttp(server.url, { load, journeys })
  assert.deepEqual(seen.splice(0).sort(), [
    '-',
    '-',
    'id=0; theme=dark',
    'id=0; theme=dark',
    'id=1; theme=dark',
    'id=1; theme=dark',
  ])
  await runHttp(server.url, { load, journeys, cookies: false })
  assert.deepEqual(seen.splice(0), ['-', '-', '-', '-', '-', '-'])
  await runHttp(server.url, { load: { executor: 'constant-arrival-rate', rate: 100, duration: 50 }, journeys })
  assert.deepEqual([...new Set(seen)], ['-'], 'in an open model every iteration is somebody new')
})
