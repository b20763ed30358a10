import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { WebSocketServer, type WebSocket } from 'ws'

export interface BadTarget {
  readonly url: string
  /** Clients that are there. */
  connections(): number
}

/** A TCP server that does to each connection what is said; its URL. It ends with the test. */
export async function tcpTarget(t: TestContext, treat: (socket: Socket) => void): Promise<BadTarget> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    treat(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, connections: () => sockets.size }
}

/** An address at which nobody listens. */
export async function nobody(): Promise<BadTarget> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { url: `ws://127.0.0.1:${port}/`, connections: () => 0 }
}

/** A WebSocket server that answers the first frame of each client as is said. */
export async function webSocketTarget(
  t: TestContext,
  answer: (socket: WebSocket, frame: string) => void,
): Promise<BadTarget> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.once('message', (data) => answer(socket, (data as Buffer).toString()))
  })
  await once(server, 'listening')
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `ws://127.0.0.1:${port}/`, connections: () => server.clients.size }
}
