import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { hitUrl, type HitRequest } from '../../src/hit/hit-request.ts'

export interface Listening {
  readonly url: string
  /** Open now. */
  readonly sockets: ReadonlySet<Socket>
}

export async function listening(t: TestContext, server: Server, protocol = 'http'): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined) // clients of these tests come and go
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}/path`, sockets }
}

export function httpServer(t: TestContext, listener: RequestListener): Promise<Listening> {
  return listening(t, createHttpServer({ keepAliveTimeout: 0 }, listener))
}

/** Says what it wants, whatever it is asked; `number` counts requests of all connections from 0. */
export function rawServer(t: TestContext, answer: (socket: Socket, number: number) => void): Promise<Listening> {
  let number = 0
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', () => answer(socket, number++))
  })
  return listening(t, server)
}

/** A port that was free a moment ago. */
export async function refusingUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/`
}

/** A few requests over two connections, unless it is said otherwise. */
export function hitRequest(url: string, given: Partial<HitRequest> = {}): HitRequest {
  return {
    url: hitUrl(url),
    method: 'GET',
    headers: {},
    body: undefined,
    connections: 2,
    pipelining: 1,
    durationMs: 10_000,
    amount: 20,
    timeoutMs: 5000,
    insecure: false,
    ...given,
  }
}
