import { fileURLToPath } from 'node:url'
import { executorOf } from '../src/workloads/relay/executor.ts'
import type { RelayData } from '../src/workloads/relay/relay-data.ts'
import { relaySchema } from '../src/workloads/relay/schema.ts'
import { round, type Figure } from './figure.ts'
import { startPinned } from './pinned-process.ts'
import { runLoad } from './traffic.ts'

const CONNECTIONS = Number(process.env.TURNAROUND_BENCH_CONNECTIONS ?? 10_000)
const HOLD_SECONDS = 60
const RAMP_UP_SECONDS = 30
/** The relay answers late where the machine is busy: the last to come must be there for the whole hold, too. */
const SPARE_SECONDS = 15

/**
 * Memory of one process that holds ten thousand idle connections to the relay stand-in for a minute, pings answered; throws
 * where they were not all there for so long. Both processes need as many open files. About two minutes.
 */
export async function benchRelay(): Promise<Figure[]> {
  const target = fileURLToPath(new URL('./relay-target.ts', import.meta.url))
  const { child, line: url } = await startPinned([process.execPath, '--import', 'tsx', target])
  try {
    const settings = relaySchema.parse({
      scenario: 'steady-state',
      connections: CONNECTIONS,
      rampUpSeconds: RAMP_UP_SECONDS,
      durationSeconds: HOLD_SECONDS + SPARE_SECONDS,
    })
    const { report, ended } = await runLoad({
      executor: executorOf(settings),
      module: new URL('../src/workloads/relay/iterate.ts', import.meta.url).href,
      data: { settings, url } satisfies RelayData,
    })
    const held = report.connections.filter((open) => open === CONNECTIONS).length
    const what = `memory of ${CONNECTIONS} idle relay connections, held for ${HOLD_SECONDS} s`
    if (report.failed > 0 || held < HOLD_SECONDS)
      throw new Error(`${what}: ${report.failed} did not connect, and all were there for ${held} s only`)
    const value = round(ended.peakMegabytes, 0)
    return [
      { bench: 'relay', figure: what, value, unit: 'MB', target: 'below 450' },
      { bench: 'relay', figure: `${what}: CPU of all of it`, value: round(ended.cpuSeconds), unit: 's CPU' },
    ]
  } finally {
    child.stdin!.end()
  }
}

if (import.meta.main) for (const line of await benchRelay()) console.log(JSON.stringify(line))
