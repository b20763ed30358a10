import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { turnaroundIn, type Cli, type Running } from './turnaround.ts'

interface HostOptions {
  readonly workers?: number
  readonly slots?: number
}

/**
 * The command line with one host that works for all its runs: each of them is only a scheduler, for a third of the CPU
 * time of a run with a server and a host of its own. For tests of what a run does, not of how its processes begin.
 */
export async function hostedIn(t: TestContext, options: HostOptions = {}) {
  const cli = await turnaroundIn(t)
  const host = await startWork(cli, options)
  const startRun: Cli['startRun'] = (scenario, ...args) => cli.startRun(scenario, '--hosts', 'none', ...args)
  const run: Cli['run'] = (scenario, ...args) => cli.run(scenario, '--hosts', 'none', ...args)
  return { ...cli, startRun, run, host, end: () => endWork(host) }
}

export async function startWork(
  { start, data }: Pick<Cli, 'start' | 'data'>,
  { workers = 1, slots = 8 }: HostOptions = {},
): Promise<Running> {
  const host = start('work', '--data', data, '--workers', String(workers), '--slots', String(slots))
  await host.said('"working"')
  assert.equal(host.child.exitCode, null, 'the host ended before it was asked to')
  return host
}

export async function endWork(host: Running): Promise<void> {
  host.child.kill('SIGTERM')
  const { code, stderr } = await host.ended
  assert.equal(code, 0, stderr)
}
