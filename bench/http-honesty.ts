import type { IterateContext, LoadedIterate } from '../src/engine/worker/protocol.ts'
import { GENERATOR_STEP, type HonestyData, LAG, LAG_EVERY_MS, REQUEST_STEP } from '../src/honesty/iterate.ts'
import { startLagMeter } from '../src/honesty/lag.ts'
import { createIterate as createHttp } from '../src/workloads/http/iterate.ts'
import { httpSchema } from '../src/workloads/http/schema.ts'

const WARM_UP_REQUESTS = 50

/** The HTTP workload as an engine under test: one request over so many connections. */
export async function createIterate(context: IterateContext): Promise<LoadedIterate> {
  const { recorder } = context
  const { url, connections } = context.data as HonestyData
  const settings = httpSchema.parse({
    target: url,
    request: { name: REQUEST_STEP, path: '/' },
    connections: { perOrigin: connections },
  })
  let isWarm = false
  // What warms up is recorded by nobody.
  const quietly: IterateContext['recorder'] = {
    record: (...given) => isWarm && recorder.record(...given),
    timing: (...given) => isWarm && recorder.timing(...given),
    count: (...given) => isWarm && recorder.count(...given),
    level: (...given) => isWarm && recorder.level(...given),
  }
  const loaded = await createHttp({ ...context, recorder: quietly, data: { settings, targetUrl: url, model: 'open' } })
  const nowMs = context.clock.monotonic()
  const iteration = { user: 0, shard: 0, intendedAtMs: nowMs, startedAtMs: nowMs, signal: new AbortController().signal }
  const random = () => {
    throw new Error('nothing is drawn')
  }
  const opening = Array.from({ length: Math.max(connections, WARM_UP_REQUESTS) }, (_, index) =>
    loaded.iterate({ ...iteration, index, random }),
  )
  await Promise.all(opening)
  isWarm = true
  const meter = startLagMeter(LAG_EVERY_MS, (ms) => recorder.timing(GENERATOR_STEP, LAG, ms))
  return {
    ...loaded,
    async close() {
      meter.stop()
      await loaded.close?.()
    },
  }
}
