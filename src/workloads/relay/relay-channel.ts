import type { PublicationContext, StreamPosition, SubscribedContext, Subscription } from 'centrifuge'
import { open, readEnvelope, seal, type Message } from './envelope.ts'
import { classOfCode, FIRST_OF_SERVER, StepFailure } from './outcome.ts'
import { createPublishQueue, type PublishQueue } from './publish-queue.ts'
import type { RelayClient } from './relay-client.ts'
import type { RelayShard } from './relay-shard.ts'

export interface ChannelOptions {
  readonly shard: RelayShard
  readonly client: RelayClient
  /** `handshake:<uuid>` or `session:<uuid>`. */
  readonly name: string
  /** Who we are in envelopes. */
  readonly clientId: string
  readonly onMessage: (message: Message, bytes: number) => void
  /** So many publications that were for us are gone from the relay. */
  readonly onLost?: (count: number) => void
  readonly over: AbortSignal
}

/** What a client asks of the history when it comes to a channel; the relay keeps fewer. */
const HISTORY_LIMIT = 50

type Publication = Pick<PublicationContext, 'data' | 'offset'>

/**
 * One client in one channel. Each message of the others comes once and in order, those from before it came included. By
 * the relay's offsets it knows how many it has missed for good: through their age, their number, or a failed recovery.
 */
export class RelayChannel {
  readonly #options: ChannelOptions
  readonly #subscription: Subscription
  readonly #queue: PublishQueue
  readonly #lastNonces = new Map<string, number>()
  readonly #joined = Promise.withResolvers<void>()
  #nonce = 0
  #offset = 0
  #epoch: string | undefined
  /** What comes while the history is asked for; undefined when it is not. */
  #held: Publication[] | undefined = []
  #isWhole = false
  #asked = 0

  constructor(options: ChannelOptions) {
    const { client, name, shard, over } = options
    this.#options = options
    this.#subscription = client.centrifuge.newSubscription(name)
    this.#queue = createPublishQueue({ publish: (data) => client.centrifuge.publish(name, data), client, shard, over })
    this.#joined.promise.catch(() => undefined) // whoever waits for `join` is told
    this.#subscription
      .on('subscribed', (context) => void this.#subscribed(context))
      .on('publication', (publication) => this.#take(publication))
      .on('unsubscribed', ({ code }) => this.#joined.reject(new StepFailure('join', classOfCode(code, 'closed'))))
  }

  /** Resolves when it is subscribed and has seen the history; rejects with a StepFailure. */
  join(): Promise<void> {
    this.#subscription.subscribe()
    return this.#joined.promise
  }

  /** Resolves when the relay has it; rejects with a StepFailure after the last attempt. Answers its size in bytes. */
  async publish(message: Message): Promise<number> {
    this.#nonce += 1
    const envelope = seal(this.#options.clientId, this.#nonce, message)
    await this.#queue.publish(envelope)
    return sizeOf(envelope)
  }

  leave(): void {
    this.#subscription.unsubscribe()
    this.#options.client.centrifuge.removeSubscription(this.#subscription)
  }

  async #subscribed({ recovered, streamPosition }: SubscribedContext): Promise<void> {
    if (this.#isWhole && recovered) return // what was missed follows as publications
    const { client, over } = this.#options
    this.#isWhole = false
    this.#held ??= []
    const asked = ++this.#asked
    // Lost while it asks, it will be subscribed again, and ask again.
    while (asked === this.#asked && client.isOpen && !over.aborted) {
      try {
        const { publications } = await this.#subscription.history({ limit: HISTORY_LIMIT })
        if (asked === this.#asked) this.#catchUp(publications, streamPosition)
        return this.#joined.resolve()
      } catch (error) {
        const { code = 0 } = error as { code?: number }
        if (code < FIRST_OF_SERVER) continue
        this.#joined.reject(new StepFailure('history', classOfCode(code, 'closed'), { cause: error }))
        return this.#catchUp([], streamPosition)
      }
    }
  }

  #catchUp(publications: readonly Publication[], position: StreamPosition | undefined): void {
    if (position !== undefined && position.epoch !== this.#epoch) {
      // Another stream: how many were left in the one before, nobody knows.
      this.#epoch = position.epoch
      this.#offset = 0
    }
    for (const publication of publications) this.#deal(publication)
    if (position !== undefined) this.#moveTo(position.offset)
    const held = this.#held ?? []
    this.#held = undefined
    this.#isWhole = true
    for (const publication of held) this.#deal(publication)
  }

  #take(publication: Publication): void {
    if (this.#held === undefined) this.#deal(publication)
    else this.#held.push(publication)
  }

  #deal({ data, offset }: Publication): void {
    if (offset !== undefined) {
      if (offset <= this.#offset) return
      this.#moveTo(offset - 1)
      this.#offset = offset
    }
    const envelope = readEnvelope(data)
    if (envelope === undefined) return this.#options.shard.recorder.count('messages_foreign')
    if (envelope.clientId === this.#options.clientId) return
    const last = this.#lastNonces.get(envelope.clientId) ?? 0
    if (envelope.nonce <= last) return this.#options.shard.recorder.count('messages_repeated')
    // Where the relay gives no positions, nonces are all there is to tell by.
    if (offset === undefined) this.#lose(envelope.nonce - last - 1)
    this.#lastNonces.set(envelope.clientId, envelope.nonce)
    const message = open(envelope)
    if (message === undefined) this.#options.shard.recorder.count('messages_foreign')
    else this.#options.onMessage(message, sizeOf(envelope))
  }

  /** All up to this offset that did not come will not come. */
  #moveTo(offset: number): void {
    if (offset <= this.#offset) return
    this.#lose(offset - this.#offset)
    this.#offset = offset
  }

  #lose(count: number): void {
    if (count === 0) return
    this.#options.shard.recorder.count('messages_lost', count)
    this.#options.onLost?.(count)
  }
}

function sizeOf(data: object): number {
  return JSON.stringify(data).length
}
