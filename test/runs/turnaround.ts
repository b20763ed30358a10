import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/clock.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment, type StartedEnvironment } from '../../src/environment/start-environment.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { runItems } from '../../src/jobs/run-item.ts'
import type { ResultsDocument } from '../../src/results/documents.ts'
import { temporaryFolder } from '../environment/started.ts'

const launcher = fileURLToPath(new URL('../../bin/turnaround.js', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const LONGEST_RUN_MS = 120_000

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Cli = Awaited<ReturnType<typeof turnaroundIn>>

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once stderr holds the text. */
  said(text: string): Promise<void>
}

/**
 * The command line with data and results of its own: the real process, its children and its exit code. It runs in the
 * checkout, or in the given folder where that has a config of its own.
 */
export async function turnaroundIn(t: TestContext, workingFolder = root, longestRunMs = LONGEST_RUN_MS) {
  const folder = await temporaryFolder(t)
  const data = join(folder, 'data')
  const results = join(folder, 'results')

  function start(...args: string[]): Running {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: workingFolder,
      env: { ...process.env, NO_COLOR: '1' },
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs)
    t.after(() => child.kill('SIGKILL'))
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code, signal) => {
        clearTimeout(timer)
        resolve({ code, signal, ...output })
      })
    })
    const said = (text: string) => until(() => output.stderr.includes(text) || child.exitCode !== null)
    return { child, ended, said }
  }

  // One worker where a test does not say: each thread more is half a second of CPU before the first job.
  const startRun = (scenario: string, ...args: string[]) =>
    start(
      'run',
      scenario,
      '--data',
      data,
      '--results',
      results,
      ...(saysWorkers(args) ? [] : ['--workers', '1']),
      ...args,
    )

  async function run(scenario: string, ...args: string[]): Promise<Ended & { results: ResultsDocument }> {
    const ended = await startRun(scenario, '--json', '--quiet', ...args).ended
    return { ...ended, results: parse(ended) }
  }

  /** Clients of the server that holds the data folder now. */
  async function attach(): Promise<StartedEnvironment> {
    const { endpoint } = await serverFile()
    const environment = await startEnvironment(resolveEnvironment('embedded', { endpoint }))
    t.after(() => environment.stop())
    return environment
  }

  async function serverFile(): Promise<{ pid: number; endpoint: string }> {
    let text = ''
    await until(async () => {
      text = await readFile(join(data, 'server.json'), 'utf8').catch(() => '')
      return text !== ''
    })
    return JSON.parse(text) as { pid: number; endpoint: string }
  }

  /** Resolves once this share of the run's jobs is done; fails where the run ends first. */
  async function progress(running: Running, runId: string, share: number): Promise<void> {
    const { clients, names } = await attach()
    const items = runItems({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
    const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
    let jobs: number | undefined
    await until(
      async () => {
        assert.equal(running.child.exitCode, null, `${runId} ended before ${share} of its jobs were seen done`)
        jobs ??= (await items.get(runId))?.jobs
        if (jobs === undefined) return false
        const done = [...(await table.records(runId)).values()].filter(({ state }) => state === 'done').length
        return done >= share * jobs
      },
      60_000,
      60,
    )
  }

  /** Process ids of the threads hosts of a run, the latest last. */
  async function hostPids(runId: string): Promise<number[]> {
    const log = await readFile(join(results, runId, 'host.log'), 'utf8').catch(() => '')
    const lines = log.split('\n').filter((line) => line.includes('"working"'))
    return lines.map((line) => (JSON.parse(line) as { pid: number }).pid)
  }

  return { folder, data, results, start, startRun, run, attach, serverFile, hostPids, progress }
}

function saysWorkers(args: readonly string[]): boolean {
  return args.includes('--workers') || args.includes('none')
}

export function parse(ended: Ended): ResultsDocument {
  if (ended.stdout === '') throw new Error(`no results: exit code ${ended.code}\n${ended.stderr}`)
  return JSON.parse(ended.stdout) as ResultsDocument
}

/** Looks every 20 ms, for a bounded time; where looking costs others work, less often. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  boundMs = 60_000,
  pauseMs = 20,
): Promise<void> {
  const end = performance.now() + boundMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`did not come true within ${boundMs} ms: ${condition.toString()}`)
    await delay(pauseMs)
  }
}
