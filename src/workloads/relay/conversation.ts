import { sleepOrStop } from '../../engine/pacer.ts'
import { replyOf, requestOf, type Message } from './envelope.ts'
import { INTERRUPTED, StepFailure } from './outcome.ts'
import type { Pair } from './pair.ts'
import type { RelayChannel } from './relay-channel.ts'
import type { RelayShard } from './relay-shard.ts'
import { within } from './within.ts'

interface Exchange {
  /** Settles it: `ok`, or why there will be no answer. */
  readonly settle: (outcome: string) => void
  readonly intendedAtMs: number
  readonly sentAtMs: number
  /** What the wallet took for its answer: no latency of the relay's. */
  thoughtMs: number
  bytesSent: number
  bytesReceived: number
}

/** Requests of the dApp and the wallet's answers, each told from the others by its id. Several may be on their way. */
export class Conversation {
  readonly #shard: RelayShard
  readonly #pair: Pair
  readonly #over: AbortSignal
  /** On their way, the oldest first. */
  readonly #open = new Map<string, Exchange>()
  #gone: string | undefined

  constructor(shard: RelayShard, pair: Pair, over: AbortSignal) {
    this.#shard = shard
    this.#pair = pair
    this.#over = over
    pair.dapp.onMessage = (message, bytes) => this.#replied(message, bytes)
    pair.wallet.onMessage = (message) => void this.#answer(message)
    for (const { client } of [pair.dapp, pair.wallet]) client.onGone = (outcome) => this.#endAll(outcome)
  }

  /**
   * Exchange 0, 1, …: sends the request and waits for its answer. Records `message`: from the intended instant and from
   * the send, without the wallet's thinking. Answers its outcome; never rejects.
   */
  async exchange(number: number, intendedAtMs: number): Promise<string> {
    const { recorder, clock, settings } = this.#shard
    const { receiveTimeoutMs, thinkingMs } = settings.timings
    const id = this.#idOf(number)
    const { promise, resolve } = Promise.withResolvers<string>()
    const sentAtMs = clock.monotonic()
    const exchange: Exchange = {
      settle: resolve,
      intendedAtMs,
      sentAtMs,
      thoughtMs: 0,
      bytesSent: 0,
      bytesReceived: 0,
    }
    this.#open.set(id, exchange)
    recorder.count('messages_sent')
    if (this.#gone === undefined) void this.#send(id, exchange)
    else resolve(this.#gone)
    const outcome = await within(promise, receiveTimeoutMs + thinkingMs, { clock, over: this.#over })
    this.#open.delete(id)
    recorder.count(outcome === 'ok' ? 'messages_received' : 'messages_failed')
    recordExchange(this.#shard, exchange, outcome)
    return outcome
  }

  async #send(id: string, exchange: Exchange): Promise<void> {
    try {
      exchange.bytesSent = await channelOf(this.#pair.dapp).publish(requestOf(id))
    } catch (error) {
      exchange.settle(outcomeOf(error))
    }
  }

  async #answer(message: Message): Promise<void> {
    if (message.type !== 'request') return
    const { clock, settings } = this.#shard
    const receivedAtMs = clock.monotonic()
    if (settings.timings.thinkingMs > 0) await sleepOrStop(clock, settings.timings.thinkingMs, this.#over)
    const exchange = this.#open.get(message.id)
    if (exchange !== undefined) exchange.thoughtMs = clock.monotonic() - receivedAtMs
    try {
      await channelOf(this.#pair.wallet).publish(replyOf(message.id))
    } catch (error) {
      exchange?.settle(outcomeOf(error))
    }
  }

  #replied(message: Message, bytes: number): void {
    if (message.type !== 'reply') return
    const exchange = this.#open.get(message.id)
    if (exchange !== undefined) {
      exchange.bytesReceived = bytes
      exchange.settle('ok')
    } else if (message.id.startsWith(this.#idOf(''))) this.#shard.recorder.count('messages_late')
    else this.#mismatched()
  }

  /** An answer to nothing that was asked: it stands where the oldest one's should. */
  #mismatched(): void {
    this.#shard.recorder.count('messages_mismatched')
    const [oldest] = this.#open.values()
    oldest?.settle('mismatch')
  }

  /** One of them will not come back. */
  #endAll(outcome: string): void {
    this.#gone = outcome
    for (const { settle } of this.#open.values()) settle(outcome)
  }

  #idOf(number: number | ''): string {
    return `${this.#pair.id}/${number}`
  }
}

/** The wallet's thinking is taken out at the front: what is left ends when the answer came. */
function recordExchange({ recorder, clock }: RelayShard, exchange: Exchange, outcome: string): void {
  const { intendedAtMs, sentAtMs, thoughtMs, bytesSent, bytesReceived } = exchange
  const endedAtMs = clock.monotonic()
  recorder.record('message', {
    outcome,
    intendedAtMs: Math.min(intendedAtMs + thoughtMs, endedAtMs),
    sentAtMs: Math.min(sentAtMs + thoughtMs, endedAtMs),
    endedAtMs,
    bytesSent,
    bytesReceived,
  })
}

function outcomeOf(error: unknown): string {
  return error instanceof StepFailure ? error.outcome : 'error'
}

/** Of a pair that is open, each has one. */
function channelOf({ channel }: Pair['dapp']): RelayChannel {
  if (channel === undefined) throw new StepFailure('publish', INTERRUPTED)
  return channel
}
