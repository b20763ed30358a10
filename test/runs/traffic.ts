import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { worstExitCode, type ExitCode } from '../../src/exit-codes.ts'
import type { TrafficDocument } from '../../src/results/traffic-document.ts'
import { hostedIn } from './hosted.ts'
import { until, type Running } from './turnaround.ts'

export interface Arrival {
  /** Index of the iteration, unique in a run. */
  readonly iteration: number
  /** Monotonic milliseconds. */
  readonly atMs: number
}

/** A target that knows what has reached it, and of whom: each run has a path of its own. */
export async function countingTarget(t: TestContext, status = 200) {
  const arrivals = new Map<string, Arrival[]>()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://target')
    const seen = arrivals.get(pathname) ?? []
    arrivals.set(pathname, [...seen, { iteration: Number(searchParams.get('i')), atMs: performance.now() }])
    response.writeHead(status).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const of = (path: string) => arrivals.get(path) ?? []
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals: of,
    /** Their iterations in order; fails where one came twice. */
    iterations(path: string): number[] {
      const all = of(path).map(({ iteration }) => iteration)
      assert.equal(new Set(all).size, all.length, `${path}: load was made twice`)
      return all.sort((a, b) => a - b)
    },
    /** Resolves once so many have come while the run goes on. */
    reached: (running: Running, path: string, count: number) =>
      until(() => {
        assert.equal(running.child.exitCode, null, `the run ended before ${count} requests had come`)
        return of(path).length >= count
      }),
  }
}

/** The whole numbers below `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at)
}

/** An open load of one request an iteration that says its index. */
export function countedLoad(target: string, path: string, load: object): object {
  const executor = { executor: 'constant-arrival-rate', gracefulStop: '2s', ...load }
  return { target, load: executor, request: { name: 'get', path: `${path}?i=\${iteration}` } }
}

export async function scenarioFile(folder: string, name: string, given: object): Promise<string> {
  const path = join(folder, `${name}.yaml`)
  await writeFile(path, JSON.stringify({ name, ...given })) // YAML can hold JSON
  return path
}

/** One host for all runs of traffic, and what they measure. */
export async function trafficStage(t: TestContext) {
  const cli = await hostedIn(t, { slots: 16 })

  /** The run to its end, and what it measured. */
  async function runHttp(name: string, http: object, given: object = {}, ...args: string[]) {
    const scenario = await scenarioFile(cli.folder, name, { workload: 'http', http, ...given })
    const ended = await cli.run(scenario, '--run-id', name, ...args)
    return { ...ended, scenario, traffic: await readTraffic(cli.results, name) }
  }

  return { ...cli, runHttp }
}

export async function readTraffic(results: string, runId: string): Promise<TrafficDocument> {
  return JSON.parse(await readFile(join(results, runId, 'traffic.json'), 'utf8')) as TrafficDocument
}

/** What a run ends with that would end with `code` on a machine with time for it: a busy one is said to be the bottleneck. */
export function codeOf({ verdict }: TrafficDocument, code: ExitCode): ExitCode {
  const isBusy = 'exceeded' in verdict && verdict.exceeded.length > 0
  return worstExitCode(isBusy ? [code, 90] : [code])
}

/** That nothing is missing, however busy the machine was. */
export function assertWhole({ verdict, ledger, starts }: TrafficDocument, requests: number): void {
  assert.ok(verdict.state === 'valid' || verdict.state === 'saturated', JSON.stringify(verdict))
  assert.ok(
    ledger.every(({ complete }) => complete),
    JSON.stringify(ledger),
  )
  assert.equal(starts.started, requests)
}
