import assert from 'node:assert/strict'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Clock, systemClock } from '../../../src/clock.ts'
import { Figures } from '../../../src/engine/figures.ts'
import { addEncodedFigures } from '../../../src/engine/figures-encoding.ts'
import { startShardThreads } from '../../../src/engine/worker/shard-threads.ts'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { loadScenario } from '../../../src/scenario/load-scenario.ts'
import type { HttpSettings } from '../../../src/workloads/http/schema.ts'
import { compileLoad, isRunnable } from '../../../src/workloads/traffic/load-settings.ts'
import { started } from '../../targets/start-target.ts'
import { iterations, runHttp, settingsOf } from './run-http.ts'

const folder = fileURLToPath(new URL('../../../scenarios/', import.meta.url))
const STOREFRONT = ['baseline', 'spike', 'stress', 'api-mix', 'complete-purchase', 'anonymous'].map(
  (name) => `storefront-${name}`,
)
const RATE_LIMIT = ['per-minute', 'per-hour', 'admin', 'users', 'ramp'].map((name) => `rate-limit-${name}`)

/** The `http` part of a scenario that comes with Turnaround. */
async function partOf(name: string): Promise<HttpSettings> {
  const { settings } = await loadScenario(name, { folder })
  return settings as unknown as HttpSettings
}

async function scheduleOf(name: string) {
  const load = compileLoad(await partOf(name))
  assert.ok(isRunnable(load))
  return compileSchedule(load, 1)
}

/** Pauses take a five-hundredth of their time. */
function hurriedClock(): Clock {
  const startMs = performance.now()
  return {
    now: () => systemClock.now(),
    monotonic: () => startMs + (performance.now() - startMs) * 500,
    sleep: (ms, signal) => systemClock.sleep(ms / 500, signal),
  }
}

test('the scenarios have the numbers of the originals', async () => {
  const arrivals: Record<string, [number, number]> = {
    'storefront-complete-purchase': [17_550, 1020],
    'storefront-anonymous': [10_110, 600],
    'rate-limit-per-minute': [140, 120],
    'rate-limit-per-hour': [250, 300],
    'rate-limit-admin': [700, 120],
    'rate-limit-ramp': [4200, 480],
  }
  for (const [name, [count, seconds]] of Object.entries(arrivals)) {
    const schedule = await scheduleOf(name)
    assert.ok(schedule.model === 'open')
    assert.deepEqual([schedule.expectedArrivals, schedule.durationUs / 1e6], [count, seconds], name)
  }
  const users: Record<string, [number, number]> = {
    'storefront-baseline': [5, 120],
    'storefront-spike': [50, 40],
    'storefront-stress': [100, 200],
    'storefront-api-mix': [10, 60],
    'rate-limit-users': [100, 180],
  }
  for (const [name, [count, seconds]] of Object.entries(users)) {
    const schedule = await scheduleOf(name)
    assert.ok(schedule.model === 'closed')
    assert.deepEqual([schedule.users, schedule.durationUs / 1e6], [count, seconds], name)
  }
})

for (const name of STOREFRONT) {
  test(`${name} runs against the shop, and none of its iterations fails`, async (t) => {
    const { url } = await started(t, 'storefront', { settings: { latency_scale: 0, fault_error: 0 } })
    const { load: _, ...part } = await partOf(name)
    const run = await runHttp(url, { ...part, target: url, load: iterations(60, 20, '3h') }, { clock: hurriedClock() })
    assert.deepEqual(run.outcome.failures, [])
    assert.deepEqual(Object.keys(Object.fromEntries(run.figures.iterations.outcomes)), ['ok'])
    const failed = run.checks.filter((check) => check.failed > 0 && check.name !== 'purchase is complete')
    assert.deepEqual(failed, [])
    const outcomes = new Set([...run.figures.steps.values()].flatMap((step) => [...step.outcomes.keys()]))
    outcomes.delete('timeout') // customers lose their connection, on purpose
    assert.deepEqual([...outcomes], ['ok'])
  })
}

test('a complete purchase takes 10 requests and 16 s of thinking, and most of them are paid', async (t) => {
  const { url, state } = await started(t, 'storefront', {
    settings: { latency_scale: 0, fault_error: 0, fault_payment: 0 },
  })
  let thoughtMs = 0
  const clock = hurriedClock()
  const counting: Clock = {
    ...clock,
    sleep(ms, signal) {
      if (signal && ms > 500 && ms <= 3000) thoughtMs += Math.round(ms / 1000) * 1000
      return clock.sleep(ms, signal)
    },
  }
  const { module } = await partOf('storefront-complete-purchase')
  const load = iterations(20, 1, '3h')
  const run = await runHttp(url, { module, load }, { clock: counting })
  const { shop } = state() as { shop: { orders: number; events: number } }
  const [check] = run.checks
  assert.deepEqual([check.name, check.failed, check.passed], ['purchase is complete', 0, shop.orders])
  assert.equal(shop.events, shop.orders)
  assert.ok(shop.orders >= 10 && thoughtMs > shop.orders * 10_000, `${thoughtMs} ms for ${shop.orders} orders`)
})

for (const name of RATE_LIMIT) {
  test(`${name} asks what passes the limiter, and 429 is what it gets beyond`, async (t) => {
    const { url } = await started(t, 'storefront', {
      settings: { latency_scale: 0, fault_error: 0, limit_per_minute: 3, limit_admin_per_minute: 3 },
    })
    const { load: _, ...part } = await partOf(name)
    const run = await runHttp(url, { ...part, target: url, load: iterations(60, 6, '3h') }, { clock: hurriedClock() })
    const { outcomes } = run
    const users = { 'rate-limit-users': 6, 'rate-limit-ramp': 10 }[name] ?? 1
    assert.deepEqual(outcomes('limited'), { ok: 3 * users, http_4xx: 60 - 3 * users })
    assert.deepEqual([...run.step('limited', 'http_4xx').statuses.keys()], [429])
    assert.deepEqual(run.outcome.failures, [])
  })
}

test('shards in threads of their own share out the load and the rows, and tell of their connections', async (t) => {
  let connections = 0
  const { url } = await started(t, 'storefront', {
    settings: { latency_scale: 0, fault_error: 0, limit_per_minute: 1 },
  })
  const rows = Array.from({ length: 8 }, (_, index) => ({ key: `k${index}` }))
  const settings = settingsOf({
    target: url,
    load: iterations(8, 4),
    shards: 2,
    feeders: { keys: { rows, mode: 'once' } },
    journeys: [
      {
        name: 'j',
        steps: [{ name: 'limited', path: '/limited/api/products/p1', headers: { 'x-api-key': '${keys.key}' } }],
      },
    ],
  })
  const threads = startShardThreads({
    executor: executorSchema.parse(settings.load) as Parameters<typeof startShardThreads>[0]['executor'],
    seed: 1,
    shards: [0, 1],
    totalShards: 2,
    threads: 2,
    module: new URL('../../../src/workloads/http/iterate.ts', import.meta.url).href,
    data: { settings, targetUrl: url, model: 'closed' },
    onWindow({ figures }) {
      const window = new Figures()
      addEncodedFigures(figures, window)
      connections = Math.max(connections, window.levels.get('connections') ?? 0)
    },
  })
  await threads.ready
  threads.go(Date.now())
  const { total, outcomes } = await threads.done
  assert.deepEqual(
    outcomes.map(({ failures }) => failures),
    [[], []],
  )
  assert.deepEqual(
    [...total.steps.get('limited')!.outcomes].map(([name, { responseTime }]) => [name, responseTime.count]),
    [['ok', 8]],
  )
  assert.equal(connections, 4)
})
