import type { IncomingMessage } from 'node:http'

/** The request body is longer than this API takes. */
export class BodyTooLargeError extends Error {}

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGoneError extends Error {}

/**
 * The whole body, for APIs whose requests are small. Throws BodyTooLargeError as soon as `limitBytes` is passed, the
 * rest unread, and ClientGoneError where the connection ends first.
 */
export function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0

  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > limitBytes) {
      incoming.pause()
      reject(new BodyTooLargeError(`the request is longer than ${limitBytes} bytes`))
    } else {
      chunks.push(chunk)
    }
  })
  incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
  incoming.on('error', (error) => reject(new ClientGoneError('the client went away', { cause: error })))
  incoming.on('close', () => reject(new ClientGoneError('the client went away')))
  return promise
}
