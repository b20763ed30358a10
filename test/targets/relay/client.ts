import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { Centrifuge, type PublicationContext, type SubscribedContext, type Subscription } from 'centrifuge'
import { WebSocket } from 'ws'

const patienceMs = 10_000

/** The npm client over `ws`, connected; gone with the test. */
export async function connected(t: TestContext, url: string): Promise<Centrifuge> {
  const client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 10, maxReconnectDelay: 50 })
  t.after(() => client.disconnect())
  client.connect()
  await client.ready(patienceMs)
  return client
}

export interface Listener {
  readonly subscription: Subscription
  /** All publications so far, in the order they came. */
  readonly received: PublicationContext[]
  /** All `subscribed` events so far. */
  readonly subscribed: SubscribedContext[]
}

export async function subscribed(client: Centrifuge, channel: string): Promise<Listener> {
  const subscription = client.newSubscription(channel)
  const listener: Listener = { subscription, received: [], subscribed: [] }
  subscription.on('publication', (publication) => listener.received.push(publication))
  subscription.on('subscribed', (context) => listener.subscribed.push(context))
  subscription.subscribe()
  await subscription.ready(patienceMs)
  return listener
}

/** A client without a library: sends frames as they are, hears frames as they come. */
export class RawClient {
  readonly frames: string[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.frames.push((data as Buffer).toString()))
    this.closed = once(socket, 'close').then(([code, reason]: unknown[]) => {
      return { code: code as number, reason: String(reason) }
    })
  }

  static async open(t: TestContext, url: string): Promise<RawClient> {
    const socket = new WebSocket(url)
    t.after(() => socket.terminate())
    const client = new RawClient(socket)
    await once(socket, 'open')
    return client
  }

  send(...commands: (object | string)[]): void {
    const lines = commands.map((command) => (typeof command === 'string' ? command : JSON.stringify(command)))
    this.#socket.send(lines.join('\n'))
  }

  sendBinary(bytes: Buffer): void {
    this.#socket.send(bytes)
  }

  /** All replies and pushes so far. */
  messages(): Record<string, unknown>[] {
    return this.frames
      .flatMap((frame) => frame.split('\n').filter((line) => line !== ''))
      .map((line) => JSON.parse(line))
  }
}
