import type { TargetClock } from '../clock.ts'
import type { ChannelOptions } from './channel.ts'
import type { Publication } from './protocol.ts'
import { Stream } from './stream.ts'

/** Who gets what is published. */
export interface Subscriber {
  /** A whole frame, UTF-8. */
  deliver(frame: Buffer): void
}

interface Channel {
  readonly stream: Stream
  readonly subscribers: Set<Subscriber>
  lastUsedMs: number
}

const sweepMs = 60_000
// Centrifugo's default for how long the position of an unused channel is known.
const metaTtlMs = 30 * 24 * 3_600_000

/** The channels: their subscribers and their history. */
export class Hub {
  readonly #channels = new Map<string, Channel>()
  readonly #clock: TargetClock
  readonly #epochs: () => string
  readonly #stopSweeping: () => void
  readonly counts = { published: 0, delivered: 0, expired: 0 }

  /** `epochs` answers another short text each time. */
  constructor(clock: TargetClock, epochs: () => string) {
    this.#clock = clock
    this.#epochs = epochs
    let cancel = (): void => undefined
    const sweep = (): void => {
      this.#sweep()
      cancel = clock.after(sweepMs, sweep)
    }
    cancel = clock.after(sweepMs, sweep)
    this.#stopSweeping = () => cancel()
  }

  stream(name: string): Stream {
    return this.#channel(name).stream
  }

  subscribe(name: string, subscriber: Subscriber): void {
    this.#channel(name).subscribers.add(subscriber)
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    this.#channels.get(name)?.subscribers.delete(subscriber)
  }

  publish(name: string, { historySize, historyTtlMs }: ChannelOptions, publication: Omit<Publication, 'offset'>): void {
    const { stream, subscribers } = this.#channel(name)
    const pub = stream.add(publication, historySize, this.#clock.now() + historyTtlMs)
    this.counts.published += 1
    if (subscribers.size === 0) return
    const frame = Buffer.from(JSON.stringify({ push: { channel: name, pub } }))
    for (const subscriber of subscribers) subscriber.deliver(frame)
    this.counts.delivered += subscribers.size
  }

  state(): object {
    this.#expire()
    let publications = 0
    let subscriptions = 0
    for (const { stream, subscribers } of this.#channels.values()) {
      publications += stream.length
      subscriptions += subscribers.size
    }
    return { channels: this.#channels.size, subscriptions, history_publications: publications, ...this.counts }
  }

  stop(): void {
    this.#stopSweeping()
  }

  #channel(name: string): Channel {
    const nowMs = this.#clock.now()
    let channel = this.#channels.get(name)
    if (channel !== undefined && isForgotten(channel, nowMs)) {
      this.#channels.delete(name)
      channel = undefined
    }
    if (channel === undefined) {
      channel = { stream: new Stream(this.#epochs()), subscribers: new Set(), lastUsedMs: nowMs }
      this.#channels.set(name, channel)
    }
    channel.lastUsedMs = nowMs
    this.counts.expired += channel.stream.expire(nowMs)
    return channel
  }

  #expire(): void {
    const nowMs = this.#clock.now()
    for (const { stream } of this.#channels.values()) this.counts.expired += stream.expire(nowMs)
  }

  #sweep(): void {
    this.#expire()
    const nowMs = this.#clock.now()
    for (const [name, channel] of this.#channels) if (isForgotten(channel, nowMs)) this.#channels.delete(name)
  }
}

function isForgotten({ lastUsedMs, subscribers }: Channel, nowMs: number): boolean {
  return subscribers.size === 0 && nowMs - lastUsedMs >= metaTtlMs
}
