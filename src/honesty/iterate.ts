import type { IterateContext, LoadedIterate } from '../engine/worker/protocol.ts'
import { openConnections } from './connections.ts'
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
export const LAG_EVERY_MS = 1
/** Enough for the compiler to have seen the code, on both sides. */
const WARM_UP_REQUESTS = 50

/** One GET an iteration over `connections` connections; an arrival that finds none free waits, and that counts. */
export async function createIterate({ data, recorder, clock }: IterateContext): Promise<LoadedIterate> {
  const { url, connections: count } = data as HonestyData
  const connections = await openConnections(url, count, clock)
  await Promise.all(Array.from({ length: WARM_UP_REQUESTS }, () => connections.get('/')))
  const meter = startLagMeter(LAG_EVERY_MS, (ms) => recorder.timing(GENERATOR_STEP, LAG, ms))
  return {
    async iterate({ intendedAtMs }) {
      const { status, bytes, sentAtMs, endedAtMs } = await connections.get('/').catch((error: unknown) => {
        const atMs = clock.monotonic()
        recorder.record(REQUEST_STEP, { outcome: 'error', intendedAtMs, sentAtMs: atMs, endedAtMs: atMs })
        throw error
      })
      const outcome = status < 400 ? 'ok' : status < 500 ? 'http_4xx' : 'http_5xx'
      recorder.record(REQUEST_STEP, { outcome, intendedAtMs, sentAtMs, endedAtMs, status, bytesReceived: bytes })
    },
    close() {
      meter.stop()
      connections.close()
    },
  }
}
