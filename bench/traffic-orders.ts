import { httpSchema } from '../src/workloads/http/schema.ts'
import type { LoadOrder } from './traffic-load.ts'

/** Another module under test: URL of one that takes what the HTTP workload's takes. */
const MODULE = process.env.TURNAROUND_BENCH_MODULE ?? new URL('../src/workloads/http/iterate.ts', import.meta.url).href
const JOURNEYS = new URL('./traffic-journey.ts', import.meta.url)

export interface LoadShape {
  readonly targetUrl: string
  readonly executor: object
}

function order({ targetUrl, executor }: LoadShape, http: object): LoadOrder {
  const settings = httpSchema.parse({ target: targetUrl, load: executor, ...http })
  const { executor: name } = executor as { executor: string }
  const model = name.endsWith('arrival-rate') ? 'open' : 'closed'
  return { executor, module: MODULE, data: { settings, targetUrl, model } }
}

/** One request with no journey around it. */
export function rawOrder(shape: LoadShape): LoadOrder {
  return order(shape, { request: { path: '/products/1' } })
}

/** Three requests, a value taken from one and put into the next, a check, cookies kept: as a YAML scenario has it. */
export function scriptedOrder(shape: LoadShape): LoadOrder {
  const steps = [
    { name: 'home', path: '/' },
    { name: 'product', path: '/products/1', checks: [{ name: 'found', status: 200 }] },
    { name: 'basket', method: 'POST', path: '/basket', json: { sku: 1, quantity: 2 } },
  ]
  return order(shape, { journeys: [{ name: 'buy', steps }], discardBodies: true })
}

/** The same as a TypeScript module. */
export function moduleOrder(shape: LoadShape): LoadOrder {
  return order(shape, { module: JOURNEYS.pathname, discardBodies: true })
}

/** Users who look at a product and think for ten seconds, each over a connection of its own. */
export function thinkingOrder(shape: LoadShape): LoadOrder {
  return order(shape, { request: { path: '/products/1' }, think: '10s', connections: { perUser: true } })
}
