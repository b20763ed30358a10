import { Agent, get } from 'node:http'
import type { IterateContext, LoadedIterate } from '../../../src/engine/worker/protocol.ts'
import { countCheck } from '../../../src/engine/check-counts.ts'

/** What a load thread of these tests is told. */
export interface IterateData {
  readonly url: string
  readonly dieAt?: number
  readonly throwAt?: number
  /** Says that it was asked for what it must not do. */
  readonly refuseAt?: number
  /** Blocks its thread for ever. */
  readonly hangAt?: number
}

/** One request an iteration, numbered, over connections that are kept. */
export function createIterate({ data, recorder, clock, shard, refuse }: IterateContext): LoadedIterate {
  const { url, dieAt, throwAt, refuseAt, hangAt } = data as IterateData
  const agent = new Agent({ keepAlive: true })
  return {
    async iterate({ index, intendedAtMs, signal }) {
      if (index === dieAt) process.exit(3)
      if (index === refuseAt) refuse?.('evil.example is not allowed')
      if (index === hangAt) for (;;);
      if (index === throwAt) throw new Error('the journey is wrong')
      const sentAtMs = clock.monotonic()
      const status = await statusOf(`${url}/?index=${index}&shard=${shard}`, agent, signal)
      const outcome = status < 400 ? 'ok' : 'http_5xx'
      recorder.record('home', { outcome, status, intendedAtMs, sentAtMs, endedAtMs: clock.monotonic() })
      countCheck(recorder, 'answered', status < 400)
    },
    close: () => agent.destroy(),
  }
}

function statusOf(url: string, agent: Agent, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, signal }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject)
  })
}
