import { fileURLToPath } from 'node:url'
import { round, type Figure } from './figure.ts'
import { startPinned } from './pinned-process.ts'
import { runLoad } from './traffic.ts'
import { scriptedOrder } from './traffic-orders.ts'

const MINUTES = Number(process.env.TURNAROUND_SOAK_MINUTES ?? 10)
const RATE = 500
/** From one collection of garbage to another. */
const MOST_GROWTH = 1.1

/**
 * A scripted journey, 500 iterations a second, for TURNAROUND_SOAK_MINUTES (default 10): the highest resident
 * memory in the second half of the run beside that in the first. V8 collects the old part of its heap every three or four
 * minutes, and memory rises until then: halves must hold more than one such wave. Throws where it grows with the length of
 * the run.
 */
export async function benchSoak(): Promise<Figure[]> {
  if (!(MINUTES > 0)) throw new TypeError(`TURNAROUND_SOAK_MINUTES must be more than 0, got ${MINUTES}`)
  const target = fileURLToPath(new URL('./traffic-target.ts', import.meta.url))
  const { child, line: targetUrl } = await startPinned([process.execPath, target])
  try {
    const executor = { executor: 'constant-arrival-rate', rate: RATE, duration: `${Math.round(MINUTES * 60)}s` }
    const { report } = await runLoad(scriptedOrder({ targetUrl, executor }))
    const { residentMegabytes: samples, requests, failed, verdict } = report
    const half = Math.floor(samples.length / 2)
    if (half === 0) throw new RangeError('too short to see anything')
    const before = Math.max(...samples.slice(0, half))
    const after = Math.max(...samples.slice(half))
    const what = `highest memory in the second half of ${MINUTES} min, beside the first half (${requests} requests, ${failed} failed, ${verdict})`
    const figure: Figure = {
      bench: 'soak',
      figure: what,
      value: round(after),
      unit: 'MB',
      baseline: round(before),
      ratio: round(after / before),
      target: `ratio at most ${MOST_GROWTH}`,
    }
    if (after > before * MOST_GROWTH) throw new Error(`memory grows: ${JSON.stringify(figure)}`)
    return [figure]
  } finally {
    child.stdin!.end()
  }
}

if (import.meta.main) for (const line of await benchSoak()) console.log(JSON.stringify(line))
