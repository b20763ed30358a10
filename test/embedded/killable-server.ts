import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** The server as a process of its own, to be killed in the middle of work. */
export interface KillableServer {
  readonly endpoint: string
  /**
   * Repeats `step` in each of `workers` loops; answers when `moment` of them were acknowledged, the server is killed by
   * `kill -9` and all loops have seen it. What fails before the kill fails the test.
   */
  killDuring(moment: number, workers: number, step: (worker: number, round: number) => Promise<void>): Promise<void>
}

export async function startKillable(t: TestContext, dataFolder: string): Promise<KillableServer> {
  const child = fork(join(import.meta.dirname, 'serve.ts'), [dataFolder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  t.after(() => child.kill('SIGKILL'))
  const [endpoint] = (await once(child, 'message', { signal: AbortSignal.timeout(30_000) })) as [string]

  return {
    endpoint,
    async killDuring(moment, workers, step) {
      const exited = once(child, 'exit')
      let acknowledged = 0
      async function work(worker: number): Promise<void> {
        for (let round = 0; ; round += 1) {
          try {
            await step(worker, round)
          } catch (error) {
            if (child.killed) return
            child.kill('SIGKILL')
            throw error
          }
          acknowledged += 1
          if (acknowledged === moment) child.kill('SIGKILL')
        }
      }
      const results = await Promise.allSettled(Array.from({ length: workers }, (_, worker) => work(worker)))
      await exited
      for (const result of results) if (result.status === 'rejected') throw result.reason
      assert.ok(acknowledged >= moment)
    },
  }
}

/** After how many acknowledgements the kill comes: `low` to `high`, drawn from the seed of the run. */
export function killMoment(t: TestContext, low: number, high: number): number {
  const seed = process.env['TURNAROUND_KILL_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31))
  t.diagnostic(`TURNAROUND_KILL_SEED=${seed}`)
  return low + (hash('sha256', `${seed}/${t.name}`, 'buffer').readUInt32BE() % (high - low))
}
