import { fileURLToPath } from 'node:url'
import { median, round, type Figure } from './figure.ts'
import { startPinned } from './pinned-process.ts'
import { runLoad } from './traffic.ts'
import { scriptedOrder } from './traffic-orders.ts'

const MINUTES = Number(process.env.TURNAROUND_SOAK_MINUTES ?? 10)
const RATE = 500
/** What may come and go with garbage collection. */
const MOST_GROWTH = 1.1

/**
 * A scripted journey, 500 iterations a second, for TURNAROUND_SOAK_MINUTES (default 10): resident memory in the third
 * quarter of the run beside that in the last. Memory that grows with the length of the run shows; throws where it does.
 */
export async function benchSoak(): Promise<Figure[]> {
  if (!(MINUTES > 0)) throw new TypeError(`TURNAROUND_SOAK_MINUTES must be more than 0, got ${MINUTES}`)
  const target = fileURLToPath(new URL('./traffic-target.ts', import.meta.url))
  const { child, line: targetUrl } = await startPinned([process.execPath, target])
  try {
    const executor = { executor: 'constant-arrival-rate', rate: RATE, duration: `${Math.round(MINUTES * 60)}s` }
    const { report } = await runLoad(scriptedOrder({ targetUrl, executor }))
    const { residentMegabytes: samples, requests, failed, verdict } = report
    const quarter = Math.floor(samples.length / 4)
    if (quarter === 0) throw new RangeError('too short to see anything')
    const before = median(samples.slice(-2 * quarter, -quarter))
    const after = median(samples.slice(-quarter))
    const what = `memory at the end of ${MINUTES} min, beside a quarter of that before (${requests} requests, ${failed} failed, ${verdict})`
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
