import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Ended, runPinned } from './pinned-process.ts'

/** What another generator says of its own run. Latencies are milliseconds, by `p50` … `max`; those it tells. */
export interface RivalReport extends Ended {
  readonly requests: number
  readonly latency: Readonly<Record<string, number>>
}

export interface Rival {
  readonly name: string
  /** As many connections as are asked for, each sending again when it has its answer. */
  flatOut(url: string, connections: number, seconds: number): Promise<RivalReport>
  /** Open model, as far as it has one. */
  atRate(url: string, connections: number, rate: number, seconds: number): Promise<RivalReport>
}

const autocannonBin = createRequire(import.meta.url).resolve('autocannon/autocannon.js')

/** Autocannon comes with us; k6 and Artillery where TURNAROUND_K6, TURNAROUND_ARTILLERY or the PATH name them. */
export function installedRivals(folder: string): Rival[] {
  const k6Bin = process.env.TURNAROUND_K6 ?? 'k6'
  const artilleryBin = process.env.TURNAROUND_ARTILLERY ?? 'artillery'
  return [
    autocannon,
    ...(spawnSync(k6Bin, ['version']).status === 0 ? [k6(k6Bin, folder)] : []),
    ...(spawnSync(artilleryBin, ['version']).status === 0 ? [artillery(artilleryBin, folder)] : []),
  ]
}

const autocannon: Rival = {
  name: 'autocannon',
  flatOut: (url, connections, seconds) => runAutocannon(url, ['-c', String(connections), '-d', String(seconds)]),
  atRate: (url, connections, rate, seconds) =>
    runAutocannon(url, ['-c', String(connections), '-R', String(rate), '-d', String(seconds)]),
}

async function runAutocannon(url: string, args: readonly string[]): Promise<RivalReport> {
  const ended = await runPinned([process.execPath, autocannonBin, '--json', '--no-progress', ...args, url])
  const { requests, latency } = JSON.parse(lastJson(ended)) as {
    requests: { total: number }
    latency: Record<string, number>
  }
  const { p50, p90, p97_5, p99, p99_9, max } = latency
  return { ...ended, requests: requests.total, latency: { p50, p90, 'p97.5': p97_5, p99, 'p99.9': p99_9, max } }
}

function k6(bin: string, folder: string): Rival {
  async function run(url: string, scenario: object): Promise<RivalReport> {
    const script = join(folder, 'k6.js')
    const summary = join(folder, 'k6.json')
    const options = {
      scenarios: { load: scenario },
      discardResponseBodies: true,
      summaryTrendStats: ['med', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'],
    }
    writeFileSync(
      script,
      `import http from 'k6/http'\nexport const options = ${JSON.stringify(options)}\nexport default () => { http.get(${JSON.stringify(url)}) }\n`,
    )
    const ended = await runPinned([bin, 'run', '--quiet', '--no-usage-report', '--summary-export', summary, script])
    if (!existsSync(summary)) throw new Error(`k6 failed: ${ended.stderr}`)
    const { metrics } = JSON.parse(readFileSync(summary, 'utf8')) as {
      metrics: { http_reqs: { count: number }; http_req_duration: Record<string, number> }
    }
    const at = metrics.http_req_duration
    const latency = {
      p50: at.med,
      p90: at['p(90)'],
      p95: at['p(95)'],
      p99: at['p(99)'],
      'p99.9': at['p(99.9)'],
      max: at.max,
    }
    return { ...ended, requests: metrics.http_reqs.count, latency }
  }
  return {
    name: 'k6',
    flatOut: (url, vus, seconds) => run(url, { executor: 'constant-vus', vus, duration: `${seconds}s` }),
    atRate: (url, vus, rate, seconds) =>
      run(url, { executor: 'constant-arrival-rate', rate, duration: `${seconds}s`, preAllocatedVUs: vus, maxVUs: vus }),
  }
}

/** What Artillery does in a CPU second, about: its users end by count, not by time. */
const ARTILLERY_PER_SECOND = 2500

function artillery(bin: string, folder: string): Rival {
  async function run(url: string, phase: object, flow: readonly object[], connections: number): Promise<RivalReport> {
    const { origin, pathname } = new URL(url)
    const script = join(folder, 'artillery.json')
    const output = join(folder, 'artillery-report.json')
    const get = { get: { url: pathname } }
    writeFileSync(
      script,
      JSON.stringify({
        config: { target: origin, phases: [phase], http: { pool: connections } },
        scenarios: [{ flow: flow.length === 0 ? [get] : flow.map((one) => ({ ...one, loop: [get] })) }],
      }),
    )
    const ended = await runPinned([bin, 'run', '--quiet', '--output', output, script])
    if (!existsSync(output)) throw new Error(`Artillery failed: ${ended.stdout} ${ended.stderr}`)
    const { aggregate } = JSON.parse(readFileSync(output, 'utf8')) as {
      aggregate: { counters: Record<string, number>; summaries: Record<string, Record<string, number>> }
    }
    const at = aggregate.summaries['http.response_time'] ?? {}
    const latency = { p50: at.median, p90: at.p90, p95: at.p95, p99: at.p99, 'p99.9': at.p999, max: at.max }
    return { ...ended, requests: aggregate.counters['http.responses'] ?? 0, latency }
  }
  return {
    name: 'Artillery',
    flatOut: (url, users, seconds) =>
      run(
        url,
        { duration: 1, arrivalCount: users },
        [{ count: Math.ceil((ARTILLERY_PER_SECOND * seconds) / users) }],
        users,
      ),
    atRate: (url, connections, rate, seconds) => run(url, { duration: seconds, arrivalRate: rate }, [], connections),
  }
}

/** The JSON line among what a program printed. */
function lastJson({ stdout, stderr }: Ended): string {
  const line = `${stdout}\n${stderr}`.split('\n').findLast((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`no figures: ${stdout} ${stderr}`)
  return line
}
