import { ProtocolError } from './outcomes.ts'
import { HEAD_LIMIT, tooLarge } from './response-head.ts'

/** Digits of a chunk's size, and the text a chunk may say about itself. */
const MOST_DIGITS = 13
const LONGEST_EXTENSION = 4096

const SIZE = 0
const EXTENSION = 1
const DATA = 2
const END = 3
const TRAILERS = 4
const DONE = 5

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const SEMICOLON = 59

/** Reads a body that comes in chunks (RFC 9112, section 7.1). Used again for each answer; holds nothing of it. */
export class ChunkedBody {
  #state = DONE
  /** Of the chunk. */
  #left = 0
  #digits = 0
  /** Of the line it is in; -1 once its CR was seen. */
  #lineBytes = 0
  #trailerBytes = 0

  get isDone(): boolean {
    return this.#state === DONE
  }

  begin(): void {
    this.#state = SIZE
    this.#left = 0
    this.#digits = 0
    this.#lineBytes = 0
    this.#trailerBytes = 0
  }

  /** Reads up to the body's end and answers where that is. Throws ProtocolError. */
  read(
    data: Buffer,
    from: number,
    length: number,
    onBody: { onBody(data: Buffer, from: number, to: number): void },
  ): number {
    let at = from
    while (at < length && this.#state !== DONE) {
      if (this.#state === DATA) {
        const to = Math.min(length, at + this.#left)
        this.#left -= to - at
        if (this.#left === 0) this.#enter(END)
        onBody.onBody(data, at, to)
        at = to
      } else this.#readByte(data[at++])
    }
    return at
  }

  #enter(state: number): void {
    this.#state = state
    this.#lineBytes = 0
  }

  /** Between the data of chunks: byte by byte, there are few. */
  #readByte(code: number): void {
    if (this.#state === SIZE) this.#size(code)
    else if (this.#state === EXTENSION) this.#extension(code)
    else if (this.#state === END) this.#end(code)
    else this.#trailer(code)
  }

  #size(code: number): void {
    const digit = hexDigit(code)
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit
      if (++this.#digits > MOST_DIGITS) throw new ProtocolError('a chunk of the answer is too large')
    } else if (this.#digits > 0 && (code === CR || code === SEMICOLON || code === SPACE || code === TAB)) {
      this.#enter(EXTENSION)
      if (code === CR) this.#lineBytes = -1
    } else throw new ProtocolError('the size of a chunk of the answer is no hexadecimal number')
  }

  #extension(code: number): void {
    const isEnd = this.#lineBytes < 0
    if (isEnd ? code !== LF : code === LF || this.#lineBytes >= LONGEST_EXTENSION) {
      throw new ProtocolError('the size of a chunk of the answer does not end in CR LF')
    }
    if (isEnd) this.#enter(this.#left > 0 ? DATA : TRAILERS)
    else this.#lineBytes = code === CR ? -1 : this.#lineBytes + 1
  }

  #end(code: number): void {
    if (code !== (this.#lineBytes === 0 ? CR : LF)) {
      throw new ProtocolError('a chunk of the answer is longer than it says')
    }
    if (++this.#lineBytes < 2) return
    this.#enter(SIZE)
    this.#digits = 0
  }

  /** Nobody asks for trailers: they are skipped, line by line, up to the empty one. */
  #trailer(code: number): void {
    if (++this.#trailerBytes > HEAD_LIMIT) throw tooLarge()
    if (this.#lineBytes < 0 ? code !== LF : code === LF && this.#lineBytes === 0) {
      throw new ProtocolError('a trailer of the answer does not end in CR LF')
    }
    if (this.#lineBytes < 0) this.#state = DONE
    else if (code === LF) this.#lineBytes = 0
    else if (code === CR && this.#lineBytes === 0) this.#lineBytes = -1
    else this.#lineBytes += 1
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
