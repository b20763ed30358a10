import { createWriteStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { atMost } from '../clock.ts'

/** What waits for a slow disk may take this much memory. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024

/** A file that lines are appended to without anybody waiting for it. */
export interface LineFile {
  /** False where it was not taken: too much waits already, or writing has failed. */
  append(text: string): boolean
  /** Resolves once all is written, or after `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
  readonly error: string | null
}

/** Writes to a file that is open; the first fault goes to `onFault`. */
export function createLineFile(file: FileHandle, onFault: (message: string) => void): LineFile {
  // Node's own stream is the queue: it writes in order, and as much at once as waits.
  const stream = createWriteStream('', { fd: file })
  let error: string | null = null

  function fail(message: string): void {
    if (error !== null) return
    error = message
    onFault(message)
  }
  stream.on('error', (fault) => fail(fault.message))

  return {
    append(text) {
      if (error !== null) return false
      if (stream.writableLength > MOST_WAITING_BYTES) {
        fail(`more than ${MOST_WAITING_BYTES / 1024 / 1024} MB wait to be written`)
        return false
      }
      stream.write(text)
      return true
    },
    async close(timeoutMs) {
      if (!stream.closed && !stream.destroyed) {
        const closed = new Promise<void>((resolve) => {
          stream.once('close', () => resolve())
        })
        stream.end()
        await atMost(timeoutMs, closed)
      }
      if (stream.closed) return
      fail(`not all was written in ${timeoutMs} ms`)
      stream.destroy()
    },
    get error() {
      return error
    },
  }
}
