import assert from 'node:assert/strict'
import test from 'node:test'
import { createDraws, logNormal } from '../../../src/targets/draws.ts'
import type { ServiceName } from '../../../src/targets/storefront/route.ts'
import { routes } from '../../../src/targets/storefront/router.ts'

const weights: Record<ServiceName, number> = { product: 0.4, user: 0.3, checkout: 0.2, analytics: 0.1 }

/** Latencies of the api mix: by weight of the services, each route of a service as often as the others. */
function drawMix(count: number): number[] {
  const draw = createDraws(1)
  return Array.from({ length: count }, (_, n) => {
    let share = draw(0, n)
    const service = (Object.keys(weights) as ServiceName[]).find((name) => (share -= weights[name]) < 0)!
    const ofService = routes.filter((route) => route.service === service)
    const { medianMs, sigma } = ofService[Math.floor(draw(1, n) * ofService.length)]
    return logNormal(draw(2, n), draw(3, n), medianMs, sigma)
  }).sort((a, b) => a - b)
}

test('the api mix is about as fast as the original was measured to be: 20.9 ms on average, p95 103 ms', () => {
  const latencies = drawMix(50_000)
  const averageMs = latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length
  const p95Ms = latencies[Math.floor(latencies.length * 0.95)]
  assert.ok(averageMs > 20 && averageMs < 22, `average ${averageMs}`)
  assert.ok(p95Ms > 95 && p95Ms < 107, `p95 ${p95Ms}`)
})

test('half of the log-normal values are below the median, 97.7 % below e to twice sigma times it', () => {
  const draw = createDraws(5)
  const values = Array.from({ length: 50_000 }, (_, n) => logNormal(draw(0, n), draw(1, n), 10, 0.5))
  const share = (limit: number) => values.filter((value) => value < limit).length / values.length
  assert.ok(Math.abs(share(10) - 0.5) < 0.01, `${share(10)}`)
  assert.ok(Math.abs(share(10 * Math.E) - 0.977) < 0.005, `${share(10 * Math.E)}`)
})

test('no two routes have the same name', () => {
  assert.equal(new Set(routes.map(({ name }) => name)).size, routes.length)
})
