import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Clients that send without waiting for answers send a few ahead; nobody's SDK sends any. */
const mostWaiting = 32

type Answer = () => Promise<void>

/** The requests of one connection. */
class Line {
  readonly #waiting: (() => void)[] = []
  #isBusy = false

  join(socket: Socket, response: ServerResponse, answer: Answer): Promise<void> {
    if (!this.#isBusy) {
      this.#isBusy = true
      return this.#serve(socket, response, answer)
    }
    if (this.#waiting.length >= mostWaiting) {
      socket.destroy()
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(() => resolve(this.#serve(socket, response, answer))))
  }

  async #serve(socket: Socket, response: ServerResponse, answer: Answer): Promise<void> {
    // An answer that is not its connection's turn is never told that the connection closed.
    if (socket.destroyed) return this.#next()
    response.once('close', () => this.#next())
    await answer()
  }

  #next(): void {
    const following = this.#waiting.shift()
    if (following === undefined) this.#isBusy = false
    else following()
  }
}

/**
 * Serves the requests of a connection one after the other, each when the answer before it has left. Answers have to
 * leave in that order anyway; were they made at once, a client that sends requests and reads no answers would have all
 * of them held in memory. A connection with more than 32 requests waiting is closed.
 */
export function createTurns(): (incoming: IncomingMessage, response: ServerResponse, answer: Answer) => Promise<void> {
  const lines = new WeakMap<Socket, Line>()
  return ({ socket }, response, answer) => {
    let line = lines.get(socket)
    if (line === undefined) lines.set(socket, (line = new Line()))
    return line.join(socket, response, answer)
  }
}
