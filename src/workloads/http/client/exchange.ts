import type { Readable } from 'node:stream'
import type { Clock } from '../../../clock.ts'
import { Interruptible } from './interrupts.ts'
import { outcomeOfError, outcomeOfStatus, type RequestOutcome } from './outcomes.ts'
import type { ResponseSink } from './response-reader.ts'

/** A body that is sent as it is read. */
export interface Upload {
  /** Undefined: in chunks, until it ends. */
  readonly bytes?: number | undefined
  /** Called once for each time it is sent. */
  open(): Readable | AsyncIterable<Uint8Array>
}

/** A request as it goes out. Texts hold no line breaks: they were checked. */
export interface WireRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Name, value, name, value, …; without `host`, `content-length` and what concerns the connection. */
  readonly headers: readonly string[]
  readonly body?: string | Uint8Array | Upload | undefined
  /** Head and body as HTTP/1.1, where they are the same every time. */
  readonly bytes?: Buffer | undefined
}

/** Where a response's body goes. */
export interface BodySink {
  /** Memory is only valid during the call. False: no more, please, until the `resume` it was made with is called. */
  write(data: Buffer, from: number, to: number): boolean
  /** All of it was written: answers when it is through, which for a compressed body may be later. */
  end(done: (error?: Error) => void): void
  /** The rest will not come. */
  abort(): void
}

/** Given the header lines of the answer (name: value, CR LF between), answers what takes its body; undefined discards it. */
export type OpenBody = (head: string, resume: () => void) => BodySink | undefined

/** Who carries an exchange, and can give it up. */
export interface Carrier {
  /** Ends whatever is under way for it. */
  drop(exchange: Exchange): void
  pause(): void
  resume(): void
}

/**
 * One request and its answer, on whatever connection. Times are monotonic milliseconds of the loop's clock, -1 where
 * that point was not reached. Who makes one says in `done` what follows: a method costs nothing, a closure its memory.
 */
export abstract class Exchange extends Interruptible implements ResponseSink {
  readonly request: WireRequest
  readonly timeoutMs: number
  readonly wantsHead: boolean
  /** Empty while it is under way. */
  outcome: RequestOutcome | '' = ''
  error: Error | undefined
  status = 0
  /** Header lines of the answer, where they were wanted. */
  head = ''
  readonly beganAtMs: number
  /** When it was written to a connection. */
  sentAtMs = -1
  /** When all of its body was written, where that took longer. */
  uploadedAtMs = -1
  firstByteAtMs = -1
  endedAtMs = -1
  /** Of the connection it was the first to use. */
  connectingMs = -1
  tlsMs = -1
  bytesSent = 0
  bytesReceived = 0
  carrier: Carrier | undefined
  readonly #openBody: OpenBody | undefined
  #body: BodySink | undefined
  readonly #clock: Clock

  constructor(
    request: WireRequest,
    options: { readonly timeoutMs: number; readonly wantsHead: boolean; readonly openBody?: OpenBody | undefined },
    clock: Clock,
  ) {
    super()
    const { timeoutMs, wantsHead, openBody } = options
    this.request = request
    this.timeoutMs = timeoutMs
    this.wantsHead = wantsHead || openBody !== undefined
    this.#openBody = openBody
    this.#clock = clock
    this.beganAtMs = clock.monotonic()
  }

  /** Called once, however it ended. */
  abstract done(): void

  onHead(status: number, head: string): void {
    this.status = status
    this.head = head
    if (this.#openBody) this.#body = this.#openBody(head, () => this.carrier?.resume())
  }

  onBody(data: Buffer, from: number, to: number): void {
    if (this.#body && !this.#body.write(data, from, to)) this.carrier?.pause()
  }

  /** The answer is whole. */
  succeed(nowMs: number): void {
    if (this.outcome !== '') return
    this.carrier = undefined
    this.endedAtMs = nowMs
    if (this.#body) this.#body.end((error) => this.#finish(error ? 'error' : outcomeOfStatus(this.status), error))
    else this.#finish(outcomeOfStatus(this.status))
  }

  /** It will not be; `outcome` where the error does not say which class it is. */
  fail(nowMs: number, error: Error, outcome: RequestOutcome = outcomeOfError(error)): void {
    if (this.outcome !== '') return
    if (this.endedAtMs < 0) this.endedAtMs = nowMs
    this.carrier = undefined
    const body = this.#body
    this.#finish(outcome, error)
    body?.abort()
  }

  interrupt(): void {
    const { carrier } = this
    this.fail(this.#clock.monotonic(), new Error('the run is over'), 'interrupted')
    carrier?.drop(this)
  }

  #finish(outcome: RequestOutcome, error?: Error): void {
    if (this.outcome !== '') return
    this.outcome = outcome
    this.error = error
    this.#body = undefined
    this.done()
  }
}
