import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { moduleWith } from '../module.ts'
import { iterations, runHttp, type RunOptions } from '../run-http.ts'
import { httpServer } from '../servers.ts'

/** A target that is allowed, and another server that nobody may reach. */
async function twoServers(t: TestContext) {
  const target = await httpServer(t, (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://target')
    const to = searchParams.get('to')
    response.writeHead(to === null ? 200 : 302, to === null ? {} : { location: to }).end(`{"host":"${other.url}"}`)
  })
  const other = await httpServer(t, (_, response) => response.end('{}'))
  const rules = { stage: 'uat', allowed: [`127.0.0.1:${target.port}`] }
  return { target, other, options: { rules } satisfies RunOptions, refusal: refusalOf(other.port, target.port) }
}

function refusalOf(port: number, allowed: number): string {
  return `the target 127.0.0.1:${port} may not be used from uat: allowed: 127.0.0.1:${allowed}. Its owner adds it to "allowed-targets" of uat in config/environments.json`
}

test('a URL that a module makes itself is refused before anything is sent, and the journey is told why', async (t) => {
  const { target, other, options, refusal } = await twoServers(t)
  const module = await moduleWith(
    t,
    `export const journeys = [journey('away', {}, async ({ step }) => {
      await step('home', { url: '${target.url}/' })
      const answer = await step('away', { url: '${other.url}/' })
      throw answer.error
    })]`,
  )
  const run = await runHttp(target.url, { load: iterations(3), module }, options)
  assert.deepEqual([run.outcomes('home'), run.outcomes('away')], [{ ok: 3 }, { host_not_allowed: 3 }])
  assert.deepEqual([other.accepted, run.refused], [0, [refusal]])
  assert.deepEqual(
    run.outcome.failures.map(({ message, count }) => [message, count]),
    [[refusal, 3]],
  )
})

test('a host made of variables is refused once it is known', async (t) => {
  const { target, other, options, refusal } = await twoServers(t)
  const steps = [
    { name: 'where', path: '/', extract: [{ name: 'host', json: '$.host' }] },
    { name: 'away', url: '${host}/' },
  ]
  const run = await runHttp(target.url, { journeys: [{ name: 'j', steps }] }, options)
  assert.deepEqual([run.outcomes('where'), run.outcomes('away')], [{ ok: 1 }, { host_not_allowed: 1 }])
  assert.deepEqual([other.accepted, run.refused], [0, [refusal]])
})

test('a redirect is followed to a host that is allowed, and to no other', async (t) => {
  const { target, other, options, refusal } = await twoServers(t)
  const followRedirects = 2
  const within = { name: 'within', path: `/?to=${target.url}/landed` }
  const away = { name: 'away', path: `/?to=${other.url}/`, onFailure: 'continue' }
  const run = await runHttp(
    target.url,
    { followRedirects, journeys: [{ name: 'j', steps: [within, away] }], load: iterations(2) },
    options,
  )
  assert.deepEqual([run.outcomes('within'), run.outcomes('away')], [{ ok: 2 }, { host_not_allowed: 2 }])
  assert.deepEqual([other.accepted, run.refused], [0, [refusal]])
})

test('a single request, and users with connections of their own, are held to the rules too', async (t) => {
  const { target, other, options, refusal } = await twoServers(t)
  for (const connections of [{}, { perUser: true }]) {
    const request = { name: 'get', url: `${other.url}/` }
    const run = await runHttp(target.url, { request, connections, load: iterations(4, 2) }, options)
    assert.deepEqual([run.outcomes('get'), run.refused], [{ host_not_allowed: 4 }, [refusal]])
  }
  assert.equal(other.accepted, 0)
})

test('a journey that is refused again and again still ends with the run', async (t) => {
  const { target, other, options } = await twoServers(t)
  const module = await moduleWith(
    t,
    `export const journeys = [journey('stubborn', {}, async ({ step }) => {
      for (;;) await step('away', { url: '${other.url}/' })
    })]`,
  )
  const load = { executor: 'constant-vus', vus: 1, duration: 50, gracefulStop: 10 }
  const run = await runHttp(target.url, { module, load }, options)
  assert.equal(run.outcome.abandoned, 0)
  assert.equal(other.accepted, 0)
})

test('what belongs to a protected environment is kept from a stage without a list of its own', async (t) => {
  const { target, other } = await twoServers(t)
  const forbidden = [{ environment: 'prod', hosts: [`127.0.0.1:${other.port}`] }]
  const steps = [
    { name: 'home', path: '/' },
    { name: 'away', url: `${other.url}/` },
  ]
  const rules = { stage: 'local', forbidden }
  const run = await runHttp(target.url, { journeys: [{ name: 'j', steps }] }, { rules })
  assert.deepEqual([run.outcomes('home'), run.outcomes('away')], [{ ok: 1 }, { host_not_allowed: 1 }])
  assert.match(run.refused[0], /belongs to prod, which is protected: .*--env prod/)
  assert.equal(other.accepted, 0)
})
