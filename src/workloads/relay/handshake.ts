import type { Iteration } from '../../engine/iteration.ts'
import type { Message } from './envelope.ts'
import { INTERRUPTED, StepFailure } from './outcome.ts'
import type { Pair, Party } from './pair.ts'
import { recordConnect } from './record-connect.ts'
import { RelayChannel } from './relay-channel.ts'
import type { RelayShard } from './relay-shard.ts'
import { handshakeTimeoutMs } from './timeouts.ts'
import { within } from './within.ts'
import { sleepUntil } from './sleep-until.ts'

/**
 * The dApp says in a channel of its own where the session shall be; the wallet, which comes later, reads that from the
 * channel's history, goes there and offers; the dApp comes too and accepts.
 */
export class Handshake {
  readonly #shard: RelayShard
  readonly #iteration: Iteration
  readonly #pair: Pair
  readonly #session: string
  readonly #over: AbortSignal
  readonly #channels: RelayChannel[] = []
  readonly #requested = Promise.withResolvers<string>()
  readonly #offered = Promise.withResolvers<void>()
  readonly #accepted = Promise.withResolvers<void>()
  readonly #failed = Promise.withResolvers<never>()

  constructor(options: {
    readonly shard: RelayShard
    readonly iteration: Iteration
    readonly pair: Pair
    readonly session: string
  }) {
    this.#shard = options.shard
    this.#iteration = options.iteration
    this.#pair = options.pair
    this.#session = options.session
    this.#over = options.shard.over(options.iteration)
    this.#failed.promise.catch(() => undefined) // it may fail when nobody waits any more
    for (const { client } of [this.#pair.dapp, this.#pair.wallet]) client.onGone = (outcome) => this.#fail(outcome)
  }

  /** Records `connect` of both, and `handshake` from the instant of the scan, which is fixed in advance. */
  async make(): Promise<void> {
    const { clock, recorder, timetable } = this.#shard
    const { index, intendedAtMs: startAtMs } = this.#iteration
    const intendedAtMs = this.#shard.startMs(this.#iteration) + timetable.scanMs(index)
    let sentAtMs: number | undefined
    let outcome = 'ok'
    try {
      await this.#show(startAtMs)
      await sleepUntil(clock, intendedAtMs, this.#over)
      this.#stopIfOver()
      sentAtMs = clock.monotonic()
      await this.#inTime(this.#scan(intendedAtMs))
    } catch (error) {
      outcome = error instanceof StepFailure ? error.outcome : 'error'
      throw error
    } finally {
      const endedAtMs = clock.monotonic()
      // Where it failed before the scan, the handshake failed without taking time.
      recorder.record('handshake', {
        outcome,
        intendedAtMs: Math.min(intendedAtMs, endedAtMs),
        sentAtMs: sentAtMs ?? endedAtMs,
        endedAtMs,
      })
    }
    for (const channel of this.#channels) channel.leave()
  }

  async #show(intendedAtMs: number): Promise<void> {
    const { dapp } = this.#pair
    await this.#connect(dapp, intendedAtMs, true)
    const channel = this.#channelOf(dapp, (message) => {
      if (message.type === 'handshake-offer') this.#offered.resolve()
    })
    await this.#inTime(channel.join().then(() => channel.publish({ type: 'session-request', session: this.#session })))
  }

  async #scan(intendedAtMs: number): Promise<void> {
    const { dapp, wallet } = this.#pair
    await this.#connect(wallet, intendedAtMs, false)
    const channel = this.#channelOf(wallet, (message) => {
      if (message.type === 'session-request') this.#requested.resolve(message.session)
    })
    await channel.join()
    wallet.channel = await this.#enter(wallet, await this.#requested.promise)
    await channel.publish({ type: 'handshake-offer' })
    await this.#offered.promise
    dapp.channel = await this.#enter(dapp, this.#session)
    await dapp.channel.publish({ type: 'handshake-ack' })
    await this.#accepted.promise
  }

  async #enter(party: Party, name: string): Promise<RelayChannel> {
    const onMessage = (message: Message, bytes: number): void => {
      if (message.type === 'handshake-ack') this.#accepted.resolve()
      else party.onMessage(message, bytes)
    }
    const channel = this.#open(party, { name, onMessage, onLost: (count) => party.onLost(count) })
    await channel.join()
    return channel
  }

  #channelOf(party: Party, onMessage: (message: Message) => void): RelayChannel {
    const name = `handshake:${this.#pair.id}`
    const channel = this.#open(party, { name, onMessage, onLost: () => this.#fail('lost') })
    this.#channels.push(channel)
    return channel
  }

  #open(
    { client, clientId }: Party,
    channel: Pick<ConstructorParameters<typeof RelayChannel>[0], 'name' | 'onMessage' | 'onLost'>,
  ): RelayChannel {
    return new RelayChannel({ ...channel, shard: this.#shard, client, clientId, over: this.#over })
  }

  async #connect({ client }: Party, intendedAtMs: number, isFirst: boolean): Promise<void> {
    const { clock, settings } = this.#shard
    const sentAtMs = clock.monotonic()
    const outcome = await client.connect(settings.timings.connectBudgetMs, this.#over)
    const runStartMs = this.#shard.startMs(this.#iteration)
    const retries = client.failures
    recordConnect(this.#shard, { intendedAtMs, sentAtMs, outcome, retries, runStartMs, isFirst })
    if (outcome !== 'ok') throw new StepFailure('connect', outcome)
  }

  async #inTime(work: Promise<unknown>): Promise<void> {
    const { settings, clock } = this.#shard
    const done = Promise.race([work.then(() => 'ok' as const), this.#failed.promise])
    done.catch(() => undefined) // where time was over first, nobody waits for it any more
    const outcome = await within(done, handshakeTimeoutMs(settings), { clock, over: this.#over })
    if (outcome !== 'ok') throw new StepFailure('handshake', outcome)
  }

  #fail(outcome: string): void {
    this.#failed.reject(new StepFailure('handshake', outcome))
  }

  #stopIfOver(): void {
    if (this.#over.aborted) throw new StepFailure('handshake', INTERRUPTED)
  }
}
