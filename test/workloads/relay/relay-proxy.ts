import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'

export interface Tampering {
  /** What becomes of a frame of a client, and of one of the relay; undefined swallows it. */
  readonly toRelay?: (frame: string) => string | undefined
  readonly toClient?: (frame: string) => string | Buffer | undefined
  /** How long a frame of a client waits before it goes on. */
  readonly delayMs?: (frame: string) => number
}

/** A relay in between that can tamper with what is said; it ends with the test. */
export async function proxyOf(t: TestContext, url: string, tampering: Tampering): Promise<string> {
  const { toRelay = (frame) => frame, toClient = (frame) => frame, delayMs = () => 0 } = tampering
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  const relaySides = new Set<WebSocket>()
  server.on('connection', (client) => {
    const relay = new WebSocket(url)
    const waiting: string[] = []
    relaySides.add(relay)
    relay.on('open', () => waiting.splice(0).forEach((frame) => relay.send(frame)))
    relay.on('error', () => client.terminate())
    relay.on('message', (data) => {
      const frame = toClient((data as Buffer).toString())
      if (frame !== undefined) client.send(frame)
    })
    relay.on('close', (code, reason) => client.close(code === 1006 || code === 1005 ? 1000 : code, reason))
    client.on('error', () => relay.terminate())
    client.on('close', () => relay.terminate())
    client.on('message', (data) => {
      const frame = toRelay((data as Buffer).toString())
      if (frame === undefined) return
      const pass = (): unknown => (relay.readyState === WebSocket.OPEN ? relay.send(frame) : waiting.push(frame))
      const waitMs = delayMs(frame)
      if (waitMs > 0) setTimeout(pass, waitMs)
      else pass()
    })
  })
  await once(server, 'listening')
  t.after(() => {
    for (const socket of [...server.clients, ...relaySides]) socket.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
