import { randomBytes } from 'node:crypto'
import { startEmbeddedAws } from '../../../src/embedded/index.ts'
import { resolveEnvironment } from '../../../src/environment/resolve-environment.ts'
import { startEnvironment } from '../../../src/environment/start-environment.ts'
import type { Place } from '../../../src/parity/measure.ts'
import { serverTime } from '../../../src/parity/server-time.ts'

/** Low, so that reaching it takes no time. */
const inFlightLimit = 30
/** An answer of 501 is an answer; only AWS is given time to have a hiccup. */
const PATIENCE_MS = { embedded: 500, emulator: 500, aws: 5_000 }

/**
 * Where the suite runs: TURNAROUND_CONTRACT_ENV, by default an embedded server of its own. `close` throws the server's
 * own first fault, if there was one.
 */
export async function openPlace(warn: (text: string) => void): Promise<Place & { close(): Promise<void> }> {
  const runName = randomBytes(4).toString('hex')
  const resolved = resolveEnvironment(process.env.TURNAROUND_CONTRACT_ENV ?? 'embedded')
  if (resolved.kind !== 'embedded') {
    const environment = await startEnvironment(resolved, { patienceMs: PATIENCE_MS[resolved.kind] })
    return { environment, runName, warn, close: () => environment.stop() }
  }
  const faults: unknown[] = []
  const server = await startEmbeddedAws({ sqsInFlightLimit: inFlightLimit, onError: (error) => faults.push(error) })
  const { endpoint } = server
  const environment = await startEnvironment({ ...resolved, endpoint }, { patienceMs: PATIENCE_MS.embedded })
  return {
    environment,
    runName,
    warn,
    inFlightLimit,
    time: serverTime(endpoint),
    async close() {
      await environment.stop()
      await server.stop()
      if (faults.length > 0) throw faults[0]
    },
  }
}
