import { connect } from 'node:net'
import type { Attack } from './attack.ts'

/** Far longer than any answer takes, also on a busy machine: only a connection left hanging meets it. */
export const longestAnswerMs = 20_000

/**
 * All that came back until the server closed, the connection broke, or the client had gone away; undefined where the
 * connection is still open after `longestAnswerMs`.
 */
export async function send(port: number, { bytes, splitAt, ending }: Attack): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>()
  const received: Buffer[] = []
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const deadline = setTimeout(() => {
    resolve(undefined)
    socket.destroy()
  }, longestAnswerMs)
  socket.on('data', (data) => received.push(data))
  socket.once('end', () => socket.destroy())
  // A server that has refused may reset what is still on its way: what it said before counts.
  socket.on('error', () => {})
  socket.once('close', () => {
    clearTimeout(deadline)
    resolve(Buffer.concat(received))
  })

  const at = Math.floor(splitAt * bytes.length)
  const finish = (): void => {
    if (ending === 'half-close') socket.end()
    if (ending === 'go away') socket.destroySoon()
  }
  socket.once('connect', () => {
    if (at > 0) socket.write(bytes.subarray(0, at))
    setImmediate(() => socket.write(bytes.subarray(at), finish))
  })
  return promise
}
