import { readdirSync, readFileSync } from 'node:fs'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { systemClock, type Clock } from '../clock.ts'

/** How a generator's thread was while it made load. Shares are of the time it was watched. */
export interface GeneratorHealth {
  /** What was watched: a thread, with the shards it ran. */
  readonly where: string
  readonly watchedMs: number
  /** 99 % of the event loop's delays were at most this; resolved to about a millisecond. */
  readonly eventLoopDelayP99Ms: number
  /** The longest of them: one long block is no percentile. Absent in documents of older versions. */
  readonly eventLoopDelayMaxMs?: number
  /** CPU of this thread without `spinShare`: 1 is one whole core. */
  readonly cpuShare: number
  /** CPU that went into waiting for instants; not work. */
  readonly spinShare: number
  /** Time that garbage collection stopped or slowed this thread. */
  readonly gcShare: number
  /** Open files and sockets of the process, the most that was seen; undefined where the system does not tell. */
  readonly openFiles: number | undefined
  readonly openFilesLimit: number | undefined
}

export interface GeneratorWatch {
  /** Looks at what cannot be observed all the time; call it every few seconds. */
  sample(): void
  /** Ends the watch. `spinMs` is what the shards of this thread say they spun. */
  stop(spinMs: number): GeneratorHealth
}

/** The delay is what exceeds this; a finer one costs more than it tells. */
const RESOLUTION_MS = 5

/** Watches the thread it is called in, from now on. */
export function watchGenerator(where: string, clock: Clock = systemClock): GeneratorWatch {
  const startedMs = clock.monotonic()
  const cpuBefore = process.threadCpuUsage()
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs += duration
  })
  let gcMs = 0
  let openFiles = countOpenFiles()
  delays.enable()
  collections.observe({ entryTypes: ['gc'] })

  return {
    sample() {
      openFiles = higher(openFiles, countOpenFiles())
    },
    stop(spinMs) {
      delays.disable()
      for (const { duration } of collections.takeRecords()) gcMs += duration
      collections.disconnect()
      const { user, system } = process.threadCpuUsage(cpuBefore)
      const watchedMs = Math.max(clock.monotonic() - startedMs, Number.MIN_VALUE)
      return {
        where,
        watchedMs,
        // The monitor measures from tick to tick, the pause between them included.
        eventLoopDelayP99Ms: Math.max(delays.percentile(99) / 1e6 - RESOLUTION_MS, 0),
        eventLoopDelayMaxMs: Math.max(delays.max / 1e6 - RESOLUTION_MS, 0),
        cpuShare: Math.max((user + system) / 1000 - spinMs, 0) / watchedMs,
        spinShare: spinMs / watchedMs,
        gcShare: gcMs / watchedMs,
        openFiles: higher(openFiles, countOpenFiles()),
        openFilesLimit,
      }
    },
  }
}

function higher(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

/** Linux lists a process's open files; elsewhere nothing cheap does, and running out shows as errors of the steps. */
function countOpenFiles(): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return readdirSync('/proc/self/fd').length - 1 // the folder itself was open too
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EMFILE') return openFilesLimit
    throw error
  }
}

/** Read before there is any load: where descriptors have run out, the file that tells cannot be opened either. */
const openFilesLimit = readOpenFilesLimit()

function readOpenFilesLimit(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const soft = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
  return Number.isFinite(soft) ? soft : undefined
}
