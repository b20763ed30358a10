import { ChunkedBody } from './chunked-body.ts'
import { ProtocolError } from './outcomes.ts'
import { HEAD_LIMIT, ResponseHead, tooLarge } from './response-head.ts'

/** What the reader tells while it reads. Memory of `data` is only valid during the call. */
export interface ResponseSink {
  /** The head is whole. `head` are its lines, where they were asked for or a cookie is among them; else ''. */
  onHead(status: number, head: string): void
  onBody(data: Buffer, from: number, to: number): void
}

const HEAD = 0
const FIXED = 1
const CHUNKED = 2
const UNTIL_CLOSE = 3
const DONE = 4

const HEAD_END = '\r\n\r\n'

/**
 * Reads the answers of one HTTP/1.1 connection, one after the other, from the bytes as they come. Strict (RFC 9112):
 * what could be read in two ways is a ProtocolError, and nothing is held but an unfinished head.
 */
export class ResponseReader {
  readonly #head = new ResponseHead()
  /** Made for the first answer in chunks: connections are many. */
  #chunks: ChunkedBody | undefined
  #state = DONE
  #isHead = false
  #wantsHead = false
  /** Of a body whose length is known. */
  #left = 0
  /** The beginning of a head that is not whole yet. */
  #held: Buffer | undefined

  get isDone(): boolean {
    return this.#state === DONE
  }

  /** May the connection serve another request? Known when the answer is done. */
  get isKeptAlive(): boolean {
    return this.#head.isKeptAlive
  }

  /** How long the server says it keeps an idle connection; -1 where it does not say. */
  get keepAliveSeconds(): number {
    return this.#head.keepAliveSeconds
  }

  /** Before each request: `isHead` where it was HEAD, which has no body whatever its answer says. */
  begin(isHead: boolean, wantsHead: boolean): void {
    this.#state = HEAD
    this.#isHead = isHead
    this.#wantsHead = wantsHead
    this.#held = undefined
  }

  /** Reads up to the answer's end and answers how many bytes that took. Throws ProtocolError. */
  read(data: Buffer, length: number, sink: ResponseSink): number {
    let at = 0
    while (at < length && this.#state !== DONE) {
      if (this.#state === HEAD) at = this.#readHead(data, at, length, sink)
      else at = this.#readBody(data, at, length, sink)
    }
    return at
  }

  /** The server has closed: true where that is the answer's end. */
  end(): boolean {
    if (this.#state === UNTIL_CLOSE) this.#state = DONE
    return this.#state === DONE
  }

  #readHead(data: Buffer, from: number, length: number, sink: ResponseSink): number {
    if (this.#held !== undefined) return this.#readHeldHead(this.#held, data, from, length, sink)
    const end = this.#head.parse(data, from, length)
    if (end > 0) return this.#headDone(data, from, end, sink)
    if (length - from > HEAD_LIMIT) throw tooLarge()
    this.#held = Buffer.from(data.subarray(from, length))
    return length
  }

  #readHeldHead(before: Buffer, data: Buffer, from: number, length: number, sink: ResponseSink): number {
    // No more than a head can have, and what ends it: the rest is read from `data` itself.
    const taken = Math.min(length - from, HEAD_LIMIT + HEAD_END.length - before.length)
    const held = Buffer.concat([before, data.subarray(from, from + taken)])
    const ending = held.indexOf(HEAD_END, Math.max(0, before.length - HEAD_END.length), 'latin1')
    if (ending < 0) {
      if (held.length > HEAD_LIMIT) throw tooLarge()
      this.#held = held
      return from + taken
    }
    this.#held = undefined
    const end = this.#head.parse(held, 0, ending + HEAD_END.length)
    if (end < 0) throw new ProtocolError('the head of the answer ends in the middle of a line')
    this.#headDone(held, 0, end, sink)
    return from + end - before.length
  }

  #headDone(data: Buffer, from: number, end: number, sink: ResponseSink): number {
    const { status, length, isChunked, hasCookie } = this.#head
    if (status === 101) throw new ProtocolError('the answer switches protocols without being asked to')
    if (status < 200) return end // 100 Continue, 103 Early Hints: the answer itself is still to come
    if (isChunked && length >= 0) throw new ProtocolError('the answer has both transfer-encoding and content-length')
    const head = this.#wantsHead || hasCookie ? data.toString('latin1', from, end - HEAD_END.length) : ''
    if (this.#isHead || status === 204 || status === 304 || length === 0) this.#state = DONE
    else if (isChunked) {
      this.#state = CHUNKED
      this.#chunks ??= new ChunkedBody()
      this.#chunks.begin()
    } else if (length > 0) {
      this.#state = FIXED
      this.#left = length
    } else {
      this.#state = UNTIL_CLOSE
      this.#head.isKeptAlive = false
    }
    sink.onHead(status, head)
    return end
  }

  #readBody(data: Buffer, from: number, length: number, sink: ResponseSink): number {
    if (this.#state === CHUNKED) {
      const chunks = this.#chunks!
      const end = chunks.read(data, from, length, sink)
      if (chunks.isDone) this.#state = DONE
      return end
    }
    const to = this.#state === FIXED ? Math.min(length, from + this.#left) : length
    if (this.#state === FIXED && (this.#left -= to - from) === 0) this.#state = DONE
    sink.onBody(data, from, to)
    return to
  }
}
