import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  /** Without a path. */
  readonly url: string
  readonly received: readonly Received[]
  /** Resolves once this many requests have come. */
  got(count: number): Promise<void>
}

/** A real server on loopback, which answers as it is told; gone with the test, whatever hangs in it. */
export async function startReceiver(
  t: TestContext,
  answer: (response: ServerResponse, request: Received) => void = (response) => void response.end(),
): Promise<Receiver> {
  const received: Received[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { method: request.method!, path: request.url!, headers: request.headers, body }
      received.push(one)
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
      answer(response, one)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    got: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}
