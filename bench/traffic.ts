import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { round, type Figure } from './figure.ts'
import { type Ended, runPinned, startPinned } from './pinned-process.ts'
import { installedRivals } from './rivals.ts'
import type { LoadOrder, LoadReport } from './traffic-load.ts'
import { moduleOrder, rawOrder, scriptedOrder, thinkingOrder, type LoadShape } from './traffic-orders.ts'

const SECONDS = Number(process.env.TURNAROUND_BENCH_SECONDS ?? 10)
const CONNECTIONS = 50
const STARTS_PER_SECOND = 5000
const USERS = 10_000
/** All of them come once in ten seconds; then they stay for as long. */
const USER_SECONDS = 20
const QUIET = '--disable-warning=ExperimentalWarning'
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * What generators do with a second of CPU, start-up included: ours and others on the same target, which has the other
 * core. One run of each, one after the other: run it with nothing beside it, and trust ratios. About two minutes.
 */
export async function benchTraffic(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-bench-'))
  const { child, line: targetUrl } = await startPinned([process.execPath, file('traffic-target.ts')])
  try {
    return [...(await perCpuSecond(targetUrl, folder)), ...(await slip(targetUrl)), ...(await users(targetUrl))]
  } finally {
    child.stdin!.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function perCpuSecond(targetUrl: string, folder: string): Promise<Figure[]> {
  const url = `${targetUrl}/products/1`
  const rivals = new Map<string, number>()
  const theirs: Figure[] = []
  for (const rival of installedRivals(folder)) {
    const report = await rival.flatOut(url, CONNECTIONS, SECONDS)
    const value = perSecond(report.requests, report)
    rivals.set(rival.name, value)
    theirs.push(figure(`requests per CPU-second, ${rival.name}`, value, '/CPU-s'))
  }
  const closed: LoadShape = {
    targetUrl,
    executor: { executor: 'constant-vus', vus: CONNECTIONS, duration: `${SECONDS}s` },
  }
  const once = { targetUrl, executor: { executor: 'shared-iterations', vus: 1, iterations: 1 } }
  const { ended: idle } = await runLoad(rawOrder(once))
  const ours = [figure('CPU of a start and an end, ours from source', round(idle.cpuSeconds), 's CPU')]
  for (const [what, order, target, rival] of [
    ['raw path', rawOrder(closed), 'at least 50000, aiming at autocannon’s', 'autocannon'],
    ['scripted journey, YAML', scriptedOrder(closed), 'at least 25000', 'k6'],
    ['scripted journey, TypeScript', moduleOrder(closed), 'at least 25000', 'k6'],
  ] as const) {
    const { report, ended } = await runLoad(order)
    if (report.failed > 0) throw new Error(`${what}: ${report.failed} of ${report.requests} requests failed`)
    ours.push(
      figure(
        `requests per CPU-second, ${what}`,
        perSecond(report.requests, ended),
        '/CPU-s',
        target,
        rivals.get(rival),
      ),
    )
  }
  return [...theirs, ...ours]
}

async function slip(targetUrl: string): Promise<Figure[]> {
  const executor = { executor: 'constant-arrival-rate', rate: STARTS_PER_SECOND, duration: `${SECONDS}s` }
  const { report } = await runLoad(rawOrder({ targetUrl, executor }))
  const what = `schedule slip p99 at ${STARTS_PER_SECOND} starts/s over HTTP, one core (${report.verdict})`
  return [figure(what, round(report.slipP99Ms, 3), 'ms', 'below 1, or the run says saturated')]
}

async function users(targetUrl: string): Promise<Figure[]> {
  const executor = { executor: 'constant-vus', vus: USERS, duration: `${USER_SECONDS}s`, gracefulStop: '1s' }
  const { report, ended } = await runLoad(thinkingOrder({ targetUrl, executor }))
  const what = `memory of ${USERS} HTTP users with think time and a connection each (${report.requests} requests, ${report.failed} failed)`
  return [figure(what, round(ended.peakMegabytes, 0), 'MB', 'below 250')]
}

/** As bin/turnaround.js has it, and with it every run from source. */
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/turnaround', import.meta.url))

/** One process of load on the generator's core, from source, its types stripped by Node. */
export async function runLoad(order: LoadOrder): Promise<{ report: LoadReport; ended: Ended }> {
  const ended = await runPinned([process.execPath, QUIET, file('traffic-load.ts'), JSON.stringify(order)])
  if (ended.code !== 0) throw new Error(`the load ended with ${ended.code}: ${ended.stderr}`)
  return { report: JSON.parse(ended.stdout) as LoadReport, ended }
}

function perSecond(requests: number, { cpuSeconds }: Ended): number {
  return Math.round(requests / cpuSeconds)
}

function figure(name: string, value: number, unit: string, target?: string, baseline?: number): Figure {
  const compared = baseline === undefined ? {} : { baseline, ratio: round(value / baseline) }
  return { bench: 'traffic', figure: name, value, unit, ...compared, ...(target !== undefined && { target }) }
}

if (import.meta.main) for (const line of await benchTraffic()) console.log(JSON.stringify(line))
