import type { IncomingMessage } from 'node:http'

/** The request body is longer than this API takes. */
export class BodyTooLargeError extends Error {}

/** Too many requests are being read at once; the same one may be sent again later. */
export class BusyError extends BodyTooLargeError {}

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGoneError extends Error {}

/** How much unfinished requests may hold together: a client that never ends its own must cost no more than that. */
export class BodyBudget {
  readonly #mostBytes: number
  #heldBytes = 0
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Answers whether there was room. */
  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#mostBytes) return false
    this.#heldBytes += bytes
    return true
  }

  give(bytes: number): void {
    this.#heldBytes -= bytes
  }
}

export const processBudgetBytes = 256 * 1024 * 1024
/** Of this process: memory is its, however many servers it runs. */
export const processBudget = new BodyBudget(processBudgetBytes)

/**
 * The whole body, for APIs whose requests are small. Throws BodyTooLargeError as soon as `limitBytes` is passed, the
 * rest unread, BusyError where all requests together hold too much, and ClientGoneError where the connection ends first.
 */
export function readBody(incoming: IncomingMessage, limitBytes: number, budget = processBudget): Promise<Buffer> {
  // Gone while the request waited to be served: nothing more would be heard of it.
  if (incoming.destroyed) return Promise.reject(new ClientGoneError('the client went away'))
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0

  function settle(): void {
    budget.give(length)
    length = 0
  }

  function refuse(error: Error): void {
    incoming.pause()
    chunks.length = 0
    settle()
    reject(error)
  }

  incoming.on('data', (chunk: Buffer) => {
    if (length + chunk.length > limitBytes) {
      refuse(new BodyTooLargeError(`the request is longer than ${limitBytes} bytes`))
    } else if (budget.take(chunk.length)) {
      length += chunk.length
      chunks.push(chunk)
    } else {
      refuse(new BusyError('too many requests are being read at once; send it again later'))
    }
  })
  incoming.on('end', () => {
    settle()
    resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
  })
  incoming.on('error', (error) => reject(new ClientGoneError('the client went away', { cause: error })))
  incoming.on('close', () => {
    settle()
    if (!incoming.complete) reject(new ClientGoneError('the client went away'))
  })
  return promise
}
