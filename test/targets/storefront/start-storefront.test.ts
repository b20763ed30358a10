import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'node:test'
import type { ServiceName } from '../../../src/targets/storefront/route.ts'
import { createManualClock, type ManualClock } from '../../embedded/manual-clock.ts'
import type { RunningTarget } from '../../../src/targets/index.ts'
import { post, started, until } from '../start-target.ts'

interface State {
  readonly services: Record<ServiceName, { requests: number; ok: number; busy: number; waiting: number }>
}

const states = (target: RunningTarget) => (target.state() as State).services
const quick = { settings: { latency_scale: 0, fault_error: 0, fault_payment: 0 } }

test('a whole purchase goes through, by cookie or by token', async (t) => {
  const { url } = await started(t, 'storefront', quick)
  const products = (await (await fetch(`${url}/api/products?page=2`)).json()) as { products: { id: string }[] }
  const [{ id }] = products.products
  assert.equal((await fetch(`${url}/api/search?q=kettle`)).status, 200)
  assert.partialDeepStrictEqual(await (await fetch(`${url}/api/products/${id}`)).json(), { id })

  const registered = await post(`${url}/api/users`, { email: 'a@example.com' })
  assert.equal(registered.status, 201)
  const cookie = registered.headers.get('set-cookie')!.split(';')[0]
  const { token } = (await registered.json()) as { token: string }
  assert.equal((await fetch(`${url}/api/profile`, { headers: { cookie } })).status, 200)
  assert.equal((await post(`${url}/api/cart`, { product_id: id, quantity: 2 }, { cookie })).status, 201)
  const authorization = `Bearer ${token}`
  const cart = (await (await fetch(`${url}/api/cart`, { headers: { authorization } })).json()) as {
    total_cents: number
  }
  const order = (await (await post(`${url}/api/checkout`, {}, { authorization })).json()) as { id: string }
  assert.partialDeepStrictEqual(order, { state: 'pending', total_cents: cart.total_cents })
  assert.equal((await post(`${url}/api/payments`, { order_id: order.id })).status, 200)
  assert.partialDeepStrictEqual(await (await fetch(`${url}/api/orders/${order.id}`)).json(), { state: 'paid' })
  assert.equal((await post(`${url}/api/events`, { type: 'purchase' })).status, 202)
  assert.partialDeepStrictEqual(await (await fetch(`${url}/api/analytics/summary`)).json(), {
    orders: 1,
    events: 1,
    paid_cents: cart.total_cents,
  })
})

test('what cannot be meant is refused, each with its status', async (t) => {
  const { url } = await started(t, 'storefront', quick)
  const statuses = await Promise.all([
    fetch(`${url}/api/nothing`),
    fetch(`${url}/api/products/p9999`),
    fetch(`${url}/api/products?page=x`),
    fetch(`${url}/api/profile`),
    post(`${url}/api/login`, { email: 'nobody@example.com' }),
    post(`${url}/api/users`, { email: 'demo@example.com' }),
    post(`${url}/api/cart`, { product_id: 'p1', quantity: 0 }),
    post(`${url}/api/checkout`),
    post(`${url}/api/cart`, '{"product_id":'),
    post(`${url}/api/events`, { type: 'x'.repeat(70_000) }),
  ])
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [404, 404, 400, 401, 401, 409, 400, 409, 400, 413],
  )
})

test('every fault that is asked for happens', async (t) => {
  const failing = await started(t, 'storefront', { settings: { latency_scale: 0, fault_error: 1 } })
  assert.equal((await fetch(`${failing.url}/api/products`)).status, 500)
  const cut = await started(t, 'storefront', { settings: { fault_network: 1 } })
  await assert.rejects(fetch(`${cut.url}/api/products`), (error: Error) =>
    /ECONNRESET|closed/.test(String(error.cause)),
  )
  assert.equal((await fetch(`${cut.url}/health`)).status, 200)

  const { url } = await started(t, 'storefront', { settings: { ...quick.settings, fault_payment: 1 } })
  const added = await post(`${url}/api/cart`, { product_id: 'p1' })
  const cookie = added.headers.get('set-cookie')!.split(';')[0]
  const { id } = (await (await post(`${url}/api/checkout`, {}, { cookie })).json()) as { id: string }
  assert.equal((await post(`${url}/api/payments`, { order_id: id })).status, 402)
})

test('beyond its servers a service lets wait, beyond its queue it answers 503', async (t) => {
  const clock = createManualClock()
  const settings = { analytics_servers: 1, analytics_queue: 2, fault_error: 0 }
  const target = await started(t, 'storefront', { clock, settings })
  const ask = () => fetch(`${target.url}/api/analytics/summary`)
  const taken: Promise<Response>[] = []
  for (let request = 1; request <= 3; request += 1) {
    taken.push(ask())
    await until(() => states(target).analytics.requests === request)
  }
  assert.partialDeepStrictEqual(states(target).analytics, { busy: 1, waiting: 2 })
  const turnedAway = await ask()
  assert.equal(turnedAway.status, 503)
  assert.equal(turnedAway.headers.get('retry-after'), '1')
  // One after the other: after the first is done, the second begins.
  while (states(target).analytics.ok === 0) clock.advance(1)
  assert.partialDeepStrictEqual(states(target).analytics, { busy: 1, waiting: 1 })
  clock.advance(60_000)
  assert.deepEqual(
    (await Promise.all(taken)).map(({ status }) => status),
    [200, 200, 200],
  )
  assert.partialDeepStrictEqual(states(target).analytics, { busy: 0, waiting: 0, rejected: 1, most_waiting: 2 })
})

test('the same seed gives the same latencies in the same order, another seed others', async (t) => {
  const latencies = async (seed: number): Promise<number[]> => {
    const clock = createManualClock()
    const target = await started(t, 'storefront', { clock, seed, settings: { fault_error: 0 } })
    const measured: number[] = []
    for (let request = 1; request <= 5; request += 1) {
      const answer = fetch(`${target.url}/api/products/p${request}`)
      await until(() => states(target).product.requests === request)
      measured.push(millisecondsUntil(clock, () => states(target).product.ok === request))
      await answer
    }
    return measured
  }
  const first = await latencies(1)
  assert.deepEqual(await latencies(1), first)
  assert.notDeepEqual(await latencies(2), first)
  assert.ok(first.every((ms) => ms > 0 && ms < 200))
})

function millisecondsUntil(clock: ManualClock, holds: () => boolean): number {
  const startMs = clock.now()
  while (!holds()) clock.advance(0.25)
  return clock.now() - startMs
}

test('under /limited a user over the limit gets 429 with when to come back, and passes after that', async (t) => {
  const target = await started(t, 'storefront', { settings: { ...quick.settings, limit_per_minute: 2 } })
  const ask = (key: string) => fetch(`${target.url}/limited/api/products/p1`, { headers: { 'x-api-key': key } })
  const [first, , third] = [await ask('user-1'), await ask('user-1'), await ask('user-1')]
  assert.equal(first.status, 200)
  assert.deepEqual([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')], ['2', '1'])
  assert.equal(third.status, 429)
  assert.equal(third.headers.get('x-ratelimit-remaining'), '0')
  const seconds = Number(third.headers.get('retry-after'))
  assert.ok(seconds >= 1 && seconds <= 60, `${seconds}`)
  assert.ok(Number(third.headers.get('x-ratelimit-reset')) > Date.now() / 1000)
  assert.equal((await ask('user-2')).status, 200)
  await post(`${target.url}/_target/clock`, { advance_seconds: seconds })
  assert.equal((await ask('user-1')).status, 200)
  assert.equal((await fetch(`${target.url}/api/products/p1`)).status, 200)
})

test('health and state are there for everybody who has to wait or look', async (t) => {
  const { adminUrl } = await started(t, 'storefront', { seed: 7 })
  assert.deepEqual(await (await fetch(`${adminUrl}/health`)).json(), { status: 'ok' })
  assert.partialDeepStrictEqual(await (await fetch(`${adminUrl}/_target/state`)).json(), {
    target: 'storefront',
    seed: 7,
  })
  assert.equal((await post(`${adminUrl}/_target/clock`, { advance_seconds: -1 })).status, 400)
  assert.equal((await post(`${adminUrl}/_target/nothing`)).status, 404)
})

test('stop ends connections that are idle and requests under way', async (t) => {
  const target = await started(t, 'storefront', { settings: { latency_scale: 1000 } })
  const idle = connect(Number(new URL(target.url).port), '127.0.0.1')
  await once(idle, 'connect')
  const ended = once(idle, 'close')
  const underWay = assert.rejects(fetch(`${target.url}/api/analytics/summary`))
  await until(() => states(target).analytics.busy === 1)
  await target.stop()
  await Promise.all([ended, underWay])
  await assert.rejects(fetch(`${target.url}/health`))
})
