import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { atMost } from '../../clock.ts'
import { TurnaroundError } from '../../errors.ts'
import { HOST_LOG_KEY, METRICS_KEY } from '../../results/layout.ts'
import type { LogLevel } from '../host-log.ts'
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

export interface HostChildOptions {
  readonly env: string
  readonly endpoint?: string
  readonly region?: string
  /** The embedded server's folder, where the child has to find the server itself. */
  readonly data?: string
  readonly workers: number
  readonly slots: number
  readonly logLevel?: LogLevel
  /** The local bundle: log and metrics go there. */
  readonly folder: string
}

/** Starts `turnaround work`. */
export function startHostChild(options: HostChildOptions): HostChild {
  const args = argumentsOf(options)
  const logFile = join(options.folder, HOST_LOG_KEY)
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

function argumentsOf({ folder, logLevel = 'info', env, endpoint, region, data, workers, slots }: HostChildOptions) {
  const given = {
    env,
    endpoint,
    region,
    data,
    workers,
    slots,
    metrics: join(folder, METRICS_KEY),
    'log-level': logLevel,
  }
  return Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, String(value)]))
}
