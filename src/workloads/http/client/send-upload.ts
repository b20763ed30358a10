import type { Socket } from 'node:net'
import type { Upload } from './exchange.ts'

export interface UploadProgress {
  /** False: nobody waits for the answer any more, and the rest is not sent. */
  isWanted(): boolean
  onSent(bytes: number): void
  /** All of it was handed to the socket. */
  onWhole(): void
}

/**
 * Sends a body as it is read, framed as its head said; holds no more than the socket asks for. Rejects where the body
 * cannot be read, or is longer or shorter than was said.
 */
export async function sendUpload(socket: Socket, { bytes, open }: Upload, progress: UploadProgress): Promise<void> {
  let left = bytes ?? Infinity
  for await (const chunk of open() as AsyncIterable<Uint8Array>) {
    if (!progress.isWanted()) return
    left -= chunk.length
    if (left < 0) throw new RangeError(`the body to send is longer than the ${bytes} bytes it was said to have`)
    if (chunk.length === 0) continue // in chunks, it would be the end
    const isTaken = bytes === undefined ? writeChunk(socket, chunk, progress) : socket.write(chunk)
    progress.onSent(chunk.length)
    if (left === 0)
      progress.onWhole() // its stream may take a while to say that this was the end
    else if (!isTaken) await drained(socket)
  }
  if (!progress.isWanted() || left === 0) return
  if (bytes !== undefined) throw new RangeError(`the body to send ended ${left} bytes short of ${bytes}`)
  socket.write('0\r\n\r\n', 'latin1')
  progress.onSent(5)
  progress.onWhole()
}

function writeChunk(socket: Socket, chunk: Uint8Array, progress: UploadProgress): boolean {
  const size = `${chunk.length.toString(16)}\r\n`
  progress.onSent(size.length + 2)
  socket.cork()
  socket.write(size, 'latin1')
  socket.write(chunk)
  const isTaken = socket.write('\r\n', 'latin1')
  socket.uncork()
  return isTaken
}

/** Until the socket takes more, or is gone. */
function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const go = (): void => {
    socket.off('drain', go)
    socket.off('close', go)
    resolve()
  }
  if (socket.destroyed) resolve()
  else socket.on('drain', go).on('close', go)
  return promise
}
