import type { ServerResponse } from 'node:http'
import type { Waits } from './waits.ts'

type Written = (error?: Error | null) => void

const tickMs = 100

/**
 * Lets the answer's body through at `bytesPerSecond`, ten times a second, however the service writes it. To the service
 * this is a slow client: `write` answers false, `drain` comes when there is room again. When the waits end, the rest
 * goes out at once.
 */
export function slowBody(response: ServerResponse, bytesPerSecond: number, waits: Waits): void {
  const write = response.write.bind(response) as (chunk: Uint8Array) => boolean
  const end = response.end.bind(response) as () => ServerResponse
  const everyMs = Math.max(tickMs, 1000 / bytesPerSecond)
  const atOnce = Math.max(1, Math.floor((bytesPerSecond * everyMs) / 1000))
  const pending: { bytes: Buffer; done: Written | undefined }[] = []
  let trickling = false
  let ended = false

  async function trickle(): Promise<void> {
    trickling = true
    while (pending.length > 0 && !response.destroyed) {
      await waits.wait(everyMs)
      for (let room = atOnce; room > 0 && pending.length > 0 && !response.destroyed;) room -= pass(room)
    }
    trickling = false
    if (response.destroyed) return
    if (ended) end()
    else response.emit('drain')
  }

  /** Sends up to `room` bytes of what waits first; answers how many. */
  function pass(room: number): number {
    const [first] = pending
    const bytes = first.bytes.subarray(0, room)
    write(bytes)
    first.bytes = first.bytes.subarray(bytes.length)
    if (first.bytes.length === 0) pending.shift()?.done?.()
    return bytes.length
  }

  function add(chunk: unknown, encoding: unknown, done: unknown): void {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, encoding as BufferEncoding) : Buffer.from(chunk as Buffer)
    if (bytes.length > 0) pending.push({ bytes, done: done as Written | undefined })
    if (!trickling && pending.length > 0) void trickle()
  }

  response.write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    if (typeof encoding === 'function') add(chunk, undefined, encoding)
    else add(chunk, encoding, done)
    return pending.length === 0
  }
  response.end = (chunk?: unknown, encoding?: unknown, done?: unknown): ServerResponse => {
    const callback = [chunk, encoding, done].find((argument) => typeof argument === 'function')
    if (callback !== undefined) response.once('finish', callback as () => void)
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') add(chunk, encoding, undefined)
    ended = true
    if (!trickling) end()
    return response
  }
}
