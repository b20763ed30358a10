import type { IterateContext, LoadedIterate } from '../engine/worker/protocol.ts'
import { createIterate as createHttp, type HttpData } from '../workloads/http/iterate.ts'
import { httpSchema } from '../workloads/http/schema.ts'
import { startLagMeter } from './lag.ts'

/** What `createIterate` of an engine under test is handed. */
export interface HonestyData {
  /** Of the target, without a slash at the end. */
  readonly url: string
  readonly connections: number
}

export const REQUEST_STEP = 'request'
/** A step that is no step: how late this thread's event loop was, as its timing `LAG`. */
export const GENERATOR_STEP = 'generator'
export const LAG = 'event_loop_lag'
const LAG_EVERY_MS = 1
/** Enough for the compiler to have seen the code, on both sides. */
const WARM_UP_REQUESTS = 50

/**
 * The HTTP workload with one GET an iteration over `connections` connections, as `turnaround run` makes it; an arrival that
 * finds none free waits, and that counts.
 */
export async function createIterate(context: IterateContext): Promise<LoadedIterate> {
  const { recorder } = context
  const { url, connections } = context.data as HonestyData
  const settings = httpSchema.parse({
    target: url,
    request: { name: REQUEST_STEP, path: '/' },
    connections: { perOrigin: connections },
  })
  const data: HttpData = { settings, targetUrl: url, model: 'open' }
  let isWarm = false
  // What warms up is recorded by nobody.
  const warmed: IterateContext['recorder'] = {
    record: (...given) => isWarm && recorder.record(...given),
    timing: (...given) => isWarm && recorder.timing(...given),
    count: (...given) => isWarm && recorder.count(...given),
    level: (...given) => isWarm && recorder.level(...given),
  }
  const http = await createHttp({ ...context, recorder: warmed, data })
  await warmUp(http, context, Math.max(connections, WARM_UP_REQUESTS))
  isWarm = true
  const meter = startLagMeter(LAG_EVERY_MS, (ms) => recorder.timing(GENERATOR_STEP, LAG, ms))
  return {
    iterate: http.iterate,
    async close() {
      meter.stop()
      await http.close?.()
    },
  }
}

/** All at once: afterwards every connection is open. */
async function warmUp({ iterate }: LoadedIterate, { clock, shard }: IterateContext, requests: number): Promise<void> {
  const nowMs = clock.monotonic()
  const { signal } = new AbortController()
  const random = (): never => {
    throw new Error('nothing is drawn')
  }
  const iteration = { user: 0, shard, intendedAtMs: nowMs, startedAtMs: nowMs, signal, random }
  await Promise.all(Array.from({ length: requests }, (_, index) => iterate({ ...iteration, index })))
}
