import assert from 'node:assert/strict'
import test from 'node:test'
import { iterations, runHttp } from './run-http.ts'
import { moduleWith } from './module.ts'
import { httpServer } from './servers.ts'

test('a journey of a module sends, reads, checks, keeps state and cookies, all of its own user', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.cookie ?? '-'} ${body}`)
      if (request.url === '/login')
        response.setHeader('set-cookie', `session=s${(JSON.parse(body) as { user: number }).user}; Path=/`)
      response.end(JSON.stringify({ user: 5 }))
    })
  })
  const module = await moduleWith(
    t,
    `export const journeys = [journey('buy', {}, async ({ step, check, user, iteration, request, pick }) => {
      if (!user.state.has('in')) {
        const login = await step('login', { path: '/login', json: { user: user.index } })
        check('login answers', login.json().user === 5)
        check('login is slow', login.durationMs > 60_000)
        user.state.set('in', user.cookies.get('session'))
      }
      await request({ path: '/cart?i=' + iteration, headers: { 'x-in': user.state.get('in') }, method: pick({ PUT: 1 }) })
    })]`,
  )
  const run = await runHttp(server.url, { load: { executor: 'per-vu-iterations', vus: 2, iterations: 2 }, module })
  assert.deepEqual(run.outcome.failures, [])
  assert.deepEqual(run.outcomes('login'), { ok: 2 })
  assert.deepEqual(run.outcomes('PUT /cart'), { ok: 4 })
  assert.deepEqual(run.checks, [
    { name: 'login answers', passed: 2, failed: 0 },
    { name: 'login is slow', passed: 0, failed: 2 },
  ])
  assert.deepEqual(seen.toSorted(), [
    'POST /login - {"user":0}',
    'POST /login - {"user":1}',
    'PUT /cart?i=0 session=s0 ',
    'PUT /cart?i=1 session=s1 ',
    'PUT /cart?i=2 session=s0 ',
    'PUT /cart?i=3 session=s1 ',
  ])
})

test('a journey that throws fails its iterations; the reason is kept once, with its place, and counted', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('{}'))
  const module = await moduleWith(
    t,
    `export const journeys = [journey('broken', {}, async ({ step }) => {
      const answer = await step('get', { path: '/' })
      answer.json().total.toFixed()
    })]`,
  )
  const run = await runHttp(server.url, { load: iterations(20, 4), module })
  assert.deepEqual(run.outcomes('get'), { ok: 20 })
  assert.equal(run.figures.iterations.outcomes.get('failed')?.responseTime.count, 20)
  const [failure, ...others] = run.outcome.failures
  assert.deepEqual(others, [])
  assert.equal(failure.count, 20)
  assert.match(failure.stack, /journeys\.mts:4/)
})

test('work of several requests is one step, with the outcome of the first that failed', async (t) => {
  const server = await httpServer(t, (request, response) =>
    response.writeHead(request.url === '/bad' ? 500 : 200).end('x'),
  )
  const module = await moduleWith(
    t,
    `export const journeys = [journey('group', {}, async ({ step }) => {
      const both = await step('both', async (request) => Promise.all([request({ path: '/a' }), request({ path: '/bad' })]))
      if (both.length !== 2) throw new Error('no result')
      await step('one', (request) => request({ path: '/b' }))
      await step('thrower', async () => { throw new Error('on purpose') })
    })]`,
  )
  const run = await runHttp(server.url, { module })
  assert.deepEqual(run.outcomes('both'), { http_5xx: 1 })
  assert.deepEqual([...run.step('both', 'http_5xx').statuses], [[500, 1]])
  assert.deepEqual(run.outcomes('one'), { ok: 1 })
  assert.deepEqual(run.outcomes('thrower'), { error: 1 })
  assert.deepEqual(
    run.outcome.failures.map(({ message }) => message),
    ['on purpose'],
  )
})

test('journeys are chosen by their weights, the same for the same seed', async (t) => {
  const server = await httpServer(t, (request, response) => response.end(request.url))
  const module = await moduleWith(
    t,
    `const one = (name, weight) => journey(name, { weight }, async ({ step }) => void (await step(name, { path: '/' + name })))
    export const journeys = [one('often', 70), one('rarely', 30), one('never', 0)]`,
  )
  const runs = await Promise.all(
    [1, 1, 2].map((seed) => runHttp(server.url, { load: iterations(200, 5), module }, { seed })),
  )
  const counts = runs.map(({ outcomes, figures }) => {
    assert.ok(!figures.steps.has('never'))
    return outcomes('often')['ok']
  })
  assert.equal(counts[0], counts[1])
  for (const count of counts) assert.ok(count > 110 && count < 170, `${count} of 200 for 70 %`)
})

test('a pause moves the intended start of the next step, and ends with the run', async (t) => {
  const server = await httpServer(t, (_, response) => response.end())
  const module = await moduleWith(
    t,
    `export const journeys = [journey('slow', {}, async ({ step, think }) => {
      for (let pause = 0; pause < 10; pause++) {
        await step('short', { path: '/' })
        await think(3.3)
      }
      await think(60_000)
    })]`,
  )
  const load = { executor: 'constant-vus', vus: 3, duration: 200, gracefulStop: 10 }
  const run = await runHttp(server.url, { load, module })
  const { responseTime, serviceTime } = run.step('short')
  assert.ok(responseTime.minUs >= serviceTime.minUs, 'a timer that is early takes nothing off a latency')
  assert.ok(responseTime.meanUs - serviceTime.meanUs < 100_000, 'thinking is no waiting')
  assert.deepEqual([...run.figures.iterations.outcomes.keys()], ['interrupted'])
  assert.deepEqual([run.outcome.abandoned, run.outcome.failures], [0, []])
})

test('requests that cannot be meant fail the iteration before anything is sent', async (t) => {
  let requests = 0
  const server = await httpServer(t, (_, response) => {
    requests += 1
    response.end()
  })
  const module = await moduleWith(
    t,
    String.raw`const bad = [
      { path: '/', url: 'http://x' }, {}, { path: '/', headers: { 'x-a': 'b\r\nx-c: d' } }, { path: '/', headers: { 'a b': 'c' } },
      { path: '/', json: {}, body: 'x' }, { path: '/', method: 'GET / HTTP/1.1\r\nx:' }, { url: 'ftp://x/' },
    ]
    export const journeys = [journey('bad', {}, async ({ step, iteration }) => void (await step('get', bad[iteration])))]`,
  )
  const run = await runHttp(server.url, { load: iterations(7), module })
  assert.equal(requests, 0)
  assert.equal(
    run.outcome.failures.reduce((sum, { count }) => sum + count, 0),
    7,
  )
  assert.deepEqual([...run.figures.steps.keys()], [])
})

test('paths are encoded where they must be, and only there', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    seen.push(request.url!)
    response.end()
  })
  const module = await moduleWith(
    t,
    String.raw`export const journeys = [journey('paths', {}, async ({ step }) => {
      for (const path of ['/a b', '/%20?q=ü&r=a+b', '/x\r\nhost: evil']) await step('get', { path })
    })]`,
  )
  await runHttp(`${server.url}/base/`, { module })
  assert.deepEqual(seen, ['/base/a%20b', '/base/%20?q=%C3%BC&r=a+b', '/base/x%0D%0Ahost:%20evil'])
})
