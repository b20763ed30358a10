import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { takeOver } from './signals.ts'

/**
 * glibc gives threads heaps of their own, up to eight for each core, and each keeps what was freed in it: for results that
 * pass through as megabytes that is 50 MB of a run. Two are enough; other libraries do not look at this.
 * https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
const MALLOC_ARENA_MAX = '2'

const launcher = fileURLToPath(new URL('../../bin/turnaround.js', import.meta.url))

/**
 * Starts `turnaround` itself with other arguments as a child that ends with us: an IPC channel tells it when we are
 * gone, however we went. What it says goes to a file, so that it never disturbs the display.
 */
export function launch(args: readonly string[], logFile: string): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  try {
    const env = { MALLOC_ARENA_MAX, ...process.env }
    const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', log, log, 'ipc'], env })
    child.once('error', (error) => child.emit('exit', error.message, null)) // never started: ended, and why
    return child
  } finally {
    closeSync(log)
  }
}

/**
 * For the child: `whenAlone` is called once its parent has gone or let go, `terminate` for SIGTERM. Ctrl-C in the terminal
 * is the parent's.
 */
export function asChild(whenAlone: () => void, terminate: () => void): void {
  takeOver('SIGTERM', terminate)
  takeOver('SIGINT', () => undefined)
  process.once('disconnect', whenAlone)
  process.channel?.unref() // the channel alone is no reason to live
  if (!process.connected) whenAlone()
}
