import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { watchProcesses } from './watch-processes.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Of the process and its children, from its start to its end. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** The highest sum of resident memory that was seen, of all its processes. */
  readonly peakMegabytes: number
}

/** Generators and their targets must not share a core. */
export const GENERATOR_CORE = 0
export const TARGET_CORE = 1
const LONGEST_MS = 1_800_000
const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Words that run a command on one core, where the system can do that. */
export function pinned(core: number, command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', String(core), ...command] : command
}

/** Starts a server on the target's core; resolves with the first line it prints. End it by closing its stdin. */
export async function startPinned(command: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const [program, ...args] = pinned(TARGET_CORE, command)
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, line: chunk.toString().trim() }
}

/**
 * Runs a command on the generator's core to its end. The shell counts the CPU of what it waited for, to the hundredth of a
 * second, children of children included; whoever is not waited for is missed.
 */
export async function runPinned(command: readonly string[]): Promise<Ended> {
  const [program, ...args] = pinned(GENERATOR_CORE, [
    'sh',
    '-c',
    '"$@"; code=$?; times >&2; exit $code',
    'sh',
    ...command,
  ])
  const startedAt = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS })
  const usage = watchProcesses(child.pid!)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  const { peakMegabytes } = usage.stop()
  const wallSeconds = (performance.now() - startedAt) / 1000
  return { code, stdout, stderr, cpuSeconds: childSeconds(stderr), wallSeconds, peakMegabytes }
}

/** The last line of `times`: user and system time of the children, `0m1.23s 0m0.45s`. */
function childSeconds(stderr: string): number {
  const last = stderr.trimEnd().split('\n').at(-1) ?? ''
  const parts = [...last.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  return parts.reduce((sum, seconds) => sum + seconds, 0)
}
