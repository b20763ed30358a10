import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The requests of one connection. */
interface Line {
  isBusy: boolean
  readonly waiting: (() => void)[]
}

/** Clients that send without waiting for answers send a few ahead; nobody's SDK sends any. */
const mostWaiting = 32

/**
 * Serves the requests of a connection one after the other, each when the answer before it has left. Answers have to
 * leave in that order anyway; were they made at once, a client that sends requests and reads no answers would have all
 * of them held in memory. A connection with more than 32 requests waiting is closed.
 */
export function createTurns(): (
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: () => Promise<void>,
) => Promise<void> {
  const lines = new WeakMap<Socket, Line>()

  function lineOf(socket: Socket): Line {
    const known = lines.get(socket)
    if (known !== undefined) return known
    const line = { isBusy: false, waiting: [] }
    lines.set(socket, line)
    return line
  }

  return ({ socket }, response, answer) => {
    const line = lineOf(socket)
    const next = (): void => {
      const following = line.waiting.shift()
      if (following === undefined) line.isBusy = false
      else following()
    }
    const start = async (): Promise<void> => {
      // An answer that is not its connection's turn is never told that the connection closed.
      if (socket.destroyed) return next()
      response.once('close', next)
      await answer()
    }
    if (!line.isBusy) {
      line.isBusy = true
      return start()
    }
    if (line.waiting.length >= mostWaiting) {
      socket.destroy()
      return Promise.resolve()
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    line.waiting.push(() => resolve(start()))
    return promise
  }
}
