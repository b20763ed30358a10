import { connect } from 'node:net'

/** One answer. Times are monotonic milliseconds. */
export interface Exchange {
  readonly status: number
  readonly bytes: number
  readonly sentAtMs: number
  readonly endedAtMs: number
}

/** One keep-alive connection with one request under way at most. */
export interface Connection {
  /** Rejects where the connection ends before the answer does. */
  get(path: string): Promise<Exchange>
  close(): void
}

const HEAD_END = '\r\n\r\n'

/**
 * HTTP/1.1 as the targets with known answers speak it: every answer has a `content-length`, none is unasked. Costs so
 * little CPU that what is measured is the engine. Resolves when it is connected.
 */
export async function openConnection(origin: string, clock: { monotonic(): number }): Promise<Connection> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const opened = Promise.withResolvers<void>()
  let under: PromiseWithResolvers<Exchange> | undefined
  let sentAtMs = 0
  let text = ''
  let failure: Error | undefined

  function receive(chunk: string): void {
    text += chunk
    const headEnd = text.indexOf(HEAD_END)
    if (headEnd < 0) return
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) return fail(new Error('an answer without content-length'))
    const bytes = headEnd + HEAD_END.length + length
    if (text.length < bytes) return
    const exchange = { status: Number(text.slice(9, 12)), bytes, sentAtMs, endedAtMs: clock.monotonic() }
    text = text.slice(bytes)
    const { resolve } = under!
    under = undefined
    resolve(exchange)
  }

  function fail(error: Error): void {
    failure ??= error
    socket.destroy()
    opened.reject(failure)
    under?.reject(failure)
    under = undefined
  }

  socket.setEncoding('latin1') // a character is a byte
  socket.on('connect', () => opened.resolve())
  socket.on('data', receive)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the target closed the connection')))
  await opened.promise
  return {
    get(path) {
      if (failure) return Promise.reject(failure)
      under = Promise.withResolvers()
      sentAtMs = clock.monotonic()
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      return under.promise
    },
    close: () => socket.destroy(),
  }
}
