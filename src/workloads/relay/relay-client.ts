import { Centrifuge } from 'centrifuge'
import { classOfCode, FIRST_OF_SERVER, INTERRUPTED } from './outcome.ts'
import type { RelayShard } from './relay-shard.ts'
import { RelaySocket } from './relay-socket.ts'
import { within } from './within.ts'

/** Codes of the client for why it connects again, or does not; those of the relay begin at 100. */
const CALLED = 0
const NO_PING = 2
const SUBSCRIBE_TIMEOUT = 3

/** One party's connection: Centrifuge's client over our socket, with what became of its attempts. */
export class RelayClient {
  readonly centrifuge: Centrifuge
  /** The relay has ended it for good, and why. Not where we did. */
  onGone: (outcome: string) => void = () => undefined
  readonly #shard: RelayShard
  #state: 'new' | 'open' | 'lost' | 'left' = 'new'
  #failures = 0
  #outcome = 'timeout'
  #isGone = false
  #tell: ((outcome: string) => void) | undefined

  constructor(shard: RelayShard) {
    this.#shard = shard
    const { sockets, settings, reconnectMs } = shard
    const { operationTimeoutMs } = settings.timings
    const onLost = (outcome: string): void => {
      this.#outcome = outcome
    }
    this.centrifuge = new Centrifuge(shard.url, {
      // The client calls it with `new`; what it answers is what the client gets.
      websocket: function Socket(url: string) {
        return new RelaySocket(url, { sockets, handshakeTimeoutMs: operationTimeoutMs, onLost })
      },
      name: 'turnaround',
      timeout: operationTimeoutMs,
      minReconnectDelay: reconnectMs.min,
      maxReconnectDelay: reconnectMs.max,
    })
    this.centrifuge
      .on('connected', () => this.#opened())
      .on('connecting', ({ code }) => this.#lost(code))
      .on('disconnected', ({ code }) => this.#ended(code))
      .on('error', ({ error }) => this.#failed(error))
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** It will not come back: we closed it, or the relay did for good. */
  get isOver(): boolean {
    return this.#state === 'left' || this.#isGone
  }

  /** Attempts that failed since the last `connect`. */
  get failures(): number {
    return this.#failures
  }

  /** What its transport last failed with. */
  get lastOutcome(): string {
    return this.#outcome
  }

  /** `ok`, or the class of the last error when the time is over or coming back is of no use. */
  async connect(budgetMs: number, over: AbortSignal): Promise<string> {
    this.#failures = 0
    this.#isGone = false
    this.#outcome = 'timeout'
    const settled = new Promise<string>((resolve) => {
      this.#tell = resolve
    })
    this.centrifuge.connect()
    const outcome = await within(settled, budgetMs, { clock: this.#shard.clock, over })
    if (outcome === 'ok') return outcome
    this.centrifuge.disconnect()
    return outcome === 'timeout' ? this.#outcome : outcome
  }

  /** Cuts the transport and keeps what is subscribed: `connect` resumes it. */
  cut(): void {
    this.#leave()
    this.centrifuge.disconnect()
    this.#state = 'new'
  }

  /** For good. */
  close(): void {
    this.#leave()
    this.centrifuge.disconnect()
  }

  #leave(): void {
    if (this.#state === 'open' || this.#state === 'lost') this.#shard.gauge.left(this.#state === 'open')
    this.#state = 'left'
  }

  #opened(): void {
    if (this.#state === 'new') this.#shard.gauge.opened()
    else this.#shard.gauge.back()
    this.#state = 'open'
    this.#tell?.('ok')
  }

  #lost(code: number): void {
    if (code === CALLED || this.#state !== 'open') return
    if (code === NO_PING) this.#outcome = 'no_ping'
    else if (code === SUBSCRIBE_TIMEOUT) this.#outcome = 'timeout'
    else if (code >= FIRST_OF_SERVER) this.#outcome = classOfCode(code, this.#outcome)
    this.#state = 'lost'
    this.#shard.gauge.lost(this.#outcome)
  }

  /** The relay does not want us, or we do not want it. */
  #ended(code: number): void {
    if (code === CALLED) return this.#tell?.(INTERRUPTED)
    if (code >= FIRST_OF_SERVER) this.#outcome = classOfCode(code, this.#outcome)
    if (this.#state === 'open') {
      this.#state = 'lost'
      this.#shard.gauge.lost(this.#outcome)
    }
    this.#isGone = true
    this.#tell?.(this.#outcome)
    this.onGone(this.#outcome)
  }

  #failed({ code, message }: { readonly code: number; readonly message: string }): void {
    if (this.#state === 'open') return
    this.#failures += 1
    if (message === 'connect timeout') this.#outcome = 'timeout'
    else this.#outcome = classOfCode(code, this.#outcome)
  }
}
