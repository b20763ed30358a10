import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../bin/turnaround.js', import.meta.url))

/**
 * Starts `turnaround` itself with other arguments as a child that ends with us: an IPC channel tells it when we are
 * gone, however we went. What it says goes to a file, so that it never disturbs the display.
 */
export function launch(args: readonly string[], logFile: string): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  try {
    const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', log, log, 'ipc'] })
    child.once('error', (error) => child.emit('exit', error.message, null)) // never started: ended, and why
    return child
  } finally {
    closeSync(log)
  }
}

/**
 * For the child: `whenAlone` is called once its parent has gone or let go. Ctrl-C in the terminal is the parent's, and
 * what SIGTERM means the child says after this.
 */
export function asChild(whenAlone: () => void): void {
  process
    .removeAllListeners('SIGTERM')
    .removeAllListeners('SIGINT')
    .on('SIGINT', () => undefined)
  process.once('disconnect', whenAlone)
  process.channel?.unref() // the channel alone is no reason to live
  if (!process.connected) whenAlone()
}
