import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LedgerEntry, ResultsDocument } from '../src/results/documents.ts'
import { diskBytes } from './disk-bytes.ts'
import { type Figure, median, round } from './figure.ts'
import { watchProcesses } from './watch-processes.ts'

const launcher = fileURLToPath(new URL('../bin/turnaround.js', import.meta.url))
const LONGEST_MS = 300_000

interface Measured {
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakMegabytes: number
  readonly diskGigabytes: number
}

/**
 * Whole runs, as a user starts them, from source: wall clock and CPU of the run and all its children, the sum of their
 * resident memory at its highest (Linux), and the disk of store and bundle together. Trust ratios of one sitting; the
 * files of a sitting are removed at its end, because a file system that has just deleted thousands of files is slow.
 */
export async function benchRuns(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'turnaround-bench-'))
  try {
    return [...(await defaultRun(folder)), ...(await emptyJobs(folder)), ...(await oneEdge(folder))]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function defaultRun(folder: string): Promise<Figure[]> {
  const { results, wallSeconds, cpuSeconds, peakMegabytes, diskGigabytes } = await measure(folder, 'flights')
  const bench = `flights, ${results.jobs.total} jobs`
  return [
    { bench, figure: 'wall clock', value: round(wallSeconds), unit: 's', target: 'aim 20, at most 45' },
    { bench, figure: 'makespan', value: round(results.makespan_ms / 1000), unit: 's' },
    { bench, figure: 'CPU of all processes', value: round(cpuSeconds), unit: 's', target: 'under 50' },
    { bench, figure: 'memory of all processes', value: round(peakMegabytes, 0), unit: 'MB', target: 'under 1000' },
    { bench, figure: 'disk, store and bundle', value: round(diskGigabytes), unit: 'GB', target: 'aim 2, at most 3' },
  ]
}

async function emptyJobs(folder: string): Promise<Figure[]> {
  const nothing = ['--set', 'synthetic.workDurationMs=0', '--set', 'synthetic.dataSizeKb=0', '--messages', '5000']
  const { results, cpuSeconds } = await measure(folder, 'synthetic', ...nothing)
  const bench = 'empty jobs through the whole pipeline'
  const perSecond = round(results.jobs_per_second, 0)
  return [
    { bench, figure: 'jobs per second', value: perSecond, unit: '/s', target: 'at least 500, aim 1000' },
    { bench, figure: 'CPU per job', value: round((cpuSeconds / results.jobs.total) * 1000), unit: 'ms' },
  ]
}

async function oneEdge(folder: string): Promise<Figure[]> {
  const chain = [
    '--set',
    'synthetic.shape=chain',
    '--set',
    'synthetic.workDurationMs=0',
    '--set',
    'synthetic.dataSizeKb=0',
  ]
  const { ledger } = await measure(folder, 'synthetic', ...chain, '--messages', '500')
  const edges = ledger.slice(1).map(({ ready_at: ready, started_at: started }) => started! - ready!)
  const bench = 'one dependency edge, complete → dependant starts'
  return [{ bench, figure: 'p50 of 499', value: round(median(edges)), unit: 'ms', target: 'under 5' }]
}

async function measure(folder: string, scenario: string, ...options: string[]): Promise<Measured> {
  const own = await mkdtemp(join(folder, 'run-'))
  const args = ['run', scenario, '--json', '--quiet', '--data', join(own, 'data'), '--results', join(own, 'results')]
  const startedAt = performance.now()
  const child = spawn(process.execPath, [launcher, ...args, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const usage = watchProcesses(child.pid!)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  const { cpuSeconds, peakMegabytes } = usage.stop()
  if (code !== 0) throw new Error(`turnaround ${args.join(' ')} ended with ${code}`)
  const results = JSON.parse(stdout) as ResultsDocument
  const lines = await readFile(join(own, 'results', results.run_id, 'ledger.ndjson'), 'utf8')
  return {
    results,
    ledger: lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LedgerEntry),
    wallSeconds: (performance.now() - startedAt) / 1000,
    cpuSeconds,
    peakMegabytes,
    diskGigabytes: (await diskBytes(own, new Set())) / 1e9,
  }
}
