import type { ChildProcess } from 'node:child_process'
import { atMost } from '../../clock.ts'
import { TurnaroundError } from '../../errors.ts'
import { launch } from '../launch.ts'

const RESTARTS = 3
const STOP_MS = 15_000

/** The threads host as a child of the run: started again when it dies, ended with the run. */
export interface HostChild {
  /** Rejects when it died more often than it may; never resolves. */
  readonly failure: Promise<never>
  /** Lets it finish or give back what it holds, for a bounded time. */
  stop(): Promise<void>
}

/** Starts `turnaround work` with the arguments. */
export function startHostChild(args: readonly string[], logFile: string): HostChild {
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined) // whoever races against it sees it
  let stopping = false
  let restarts = 0
  let child = start()

  function start(): ChildProcess {
    const started = launch(['work', ...args, '--child'], logFile)
    started.once('exit', (code, signal) => {
      if (stopping) return
      const how = signal ?? `code ${code}`
      if (++restarts > RESTARTS)
        failure.reject(new TurnaroundError(`The threads host died ${restarts} times (${how}); see ${logFile}`))
      else child = start()
    })
    return started
  }

  return {
    failure: failure.promise,
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      child.kill('SIGTERM')
      await atMost(STOP_MS, ended)
      child.kill('SIGKILL')
    },
  }
}
