import type { Stream } from '../../scenario/stream.ts'
import { classOfCode, isFinalClose } from './outcome.ts'
import type { RelayShard } from './relay-shard.ts'
import { RelaySocket } from './relay-socket.ts'

const CONNECT = '{"id":1,"connect":{"name":"turnaround"}}'
const PING = '{}'
/** Beyond the time between two pings, as Centrifuge's client has it. */
const PING_GRACE_MS = 10_000

interface ConnectReply {
  readonly id?: number
  readonly error?: { readonly code: number; readonly temporary?: boolean }
  readonly connect?: { readonly ping?: number; readonly pong?: boolean }
  readonly push?: { readonly disconnect?: { readonly code: number } }
}

/** One idle connection: a WebSocket that says connect and answers pings, and comes back when it is lost. */
export class RawConnection {
  readonly #shard: RelayShard
  readonly #random: () => Stream
  #socket: RelaySocket | undefined
  #timer: NodeJS.Timeout | undefined
  #state: 'connecting' | 'open' | 'lost' | 'left' = 'connecting'
  #failures = 0
  #outcome = 'timeout'
  #pong = false
  #isFinal = false
  #tell: ((outcome: string) => void) | undefined

  /** `random` is for the pauses between attempts. */
  constructor(shard: RelayShard, random: () => Stream) {
    this.#shard = shard
    this.#random = random
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Attempts that failed. */
  get failures(): number {
    return this.#failures
  }

  /** Of the last attempt that failed; `timeout` where none has. */
  get lastOutcome(): string {
    return this.#outcome
  }

  /** Resolves with `ok`, or with the class of an error after which coming back is of no use. Tries until `leave`. */
  connect(): Promise<string> {
    return new Promise((resolve) => {
      this.#tell = resolve
      this.#open()
    })
  }

  /** For good. */
  leave(): void {
    const { gauge } = this.#shard
    if (this.#state === 'open' || this.#state === 'lost') gauge.left(this.#state === 'open')
    this.#state = 'left'
    clearTimeout(this.#timer)
    this.#socket?.close()
  }

  #open(): void {
    const { url, sockets, settings } = this.#shard
    const { operationTimeoutMs: handshakeTimeoutMs } = settings.timings
    const socket = new RelaySocket(url, {
      sockets,
      handshakeTimeoutMs,
      onLost: (outcome, code) => this.#lost(outcome, code),
      onOpen: () => {
        socket.send(CONNECT)
        this.#timer = setTimeout(() => socket.fail('timeout'), handshakeTimeoutMs)
      },
      onMessage: (text) => this.#receive(text),
    })
    this.#socket = socket
  }

  #receive(frame: string): void {
    if (this.#state === 'open') this.#timer?.refresh()
    if (frame === PING) {
      if (this.#pong) this.#socket?.send(PING)
      return
    }
    for (const line of frame.split('\n')) if (line.trim() !== '') this.#deal(JSON.parse(line) as ConnectReply)
  }

  #deal({ id, error, connect, push }: ConnectReply): void {
    if (push?.disconnect !== undefined) this.#refused(push.disconnect.code, isFinalClose(push.disconnect.code))
    else if (id === 1 && error !== undefined) this.#refused(error.code, error.temporary !== true)
    else if (id === 1 && connect !== undefined) this.#opened(connect)
  }

  #opened({ ping = 0, pong = false }: NonNullable<ConnectReply['connect']>): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#pong = pong
    if (ping > 0) this.#timer = setTimeout(() => socket?.fail('no_ping'), ping * 1000 + PING_GRACE_MS)
    if (this.#state === 'lost') this.#shard.gauge.back()
    else this.#shard.gauge.opened()
    this.#state = 'open'
    this.#tell?.('ok')
  }

  #refused(code: number, isFinal: boolean): void {
    this.#isFinal = isFinal
    this.#socket?.fail(classOfCode(code, 'closed'))
  }

  #lost(outcome: string, code: number): void {
    clearTimeout(this.#timer)
    if (this.#state === 'left') return
    this.#outcome = outcome
    if (this.#state === 'open') {
      this.#shard.gauge.lost(outcome)
      this.#state = 'lost'
      this.#failures = 0
    } else this.#failures += 1
    if (this.#isFinal || isFinalClose(code)) this.#tell?.(outcome)
    else this.#timer = setTimeout(() => this.#open(), this.#pauseMs())
  }

  /** Twice as long with every failure, some of it drawn: those that were lost together do not come back together. */
  #pauseMs(): number {
    const { min, max } = this.#shard.reconnectMs
    const longest = Math.min(max, min * 2 ** Math.min(this.#failures, 30))
    return Math.max(min, longest * (0.5 + this.#random().float64() / 2))
  }
}
