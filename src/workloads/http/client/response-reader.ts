import { ProtocolError } from './outcomes.ts'

/** What the reader tells while it reads. Memory of `data` is only valid during the call. */
export interface ResponseSink {
  /** The head is whole. `head` are its header lines, where they were asked for or a cookie is among them; else ''. */
  onHead(status: number, head: string): void
  onBody(data: Buffer, from: number, to: number): void
}

/** Of a status line with its headers, as Node's own server and client have it. */
export const HEAD_LIMIT = 16 * 1024
/** Digits of a chunk's size, and the text a chunk may say about itself. */
const CHUNK_DIGITS = 13
const CHUNK_EXTENSION_LIMIT = 4096

const HEAD = 0
const FIXED = 1
const CHUNK_SIZE = 2
const CHUNK_EXTENSION = 3
const CHUNK_DATA = 4
const CHUNK_END = 5
const TRAILERS = 6
const UNTIL_CLOSE = 7
const DONE = 8

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58
const HEAD_END = '\r\n\r\n'

/** Characters of header names (RFC 9110, section 5.6.2). */
const TOKEN = Uint8Array.from({ length: 256 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/**
 * Reads the answers of one HTTP/1.1 connection, one after the other, from the bytes as they come. Strict (RFC 9112):
 * what could be read in two ways is a ProtocolError, and nothing is held but an unfinished head.
 */
export class ResponseReader {
  /** May the connection serve another request? Known when the answer is done. */
  isKeptAlive = true
  /** How long the server says it keeps an idle connection; -1 where it does not say. */
  keepAliveSeconds = -1
  #state = DONE
  #isHead = false
  #wantsHead = false
  #left = 0
  #digits = 0
  #isChunked = false
  #hasCookie = false
  #status = 0
  /** The beginning of a head that is not whole yet. */
  #held: Buffer | undefined
  #trailerBytes = 0
  #lineBytes = 0

  get isDone(): boolean {
    return this.#state === DONE
  }

  /** Before each request: `isHead` where it was HEAD, which has no body whatever its answer says. */
  begin(isHead: boolean, wantsHead: boolean): void {
    this.#state = HEAD
    this.#isHead = isHead
    this.#wantsHead = wantsHead
    this.#held = undefined
    this.keepAliveSeconds = -1
  }

  /** Reads up to the answer's end and answers how many bytes that took. Throws ProtocolError. */
  read(data: Buffer, length: number, sink: ResponseSink): number {
    let at = 0
    while (at < length && this.#state !== DONE) {
      if (this.#state === HEAD) at = this.#readHead(data, at, length, sink)
      else if (this.#state === FIXED || this.#state === CHUNK_DATA) at = this.#readData(data, at, length, sink)
      else if (this.#state === UNTIL_CLOSE) {
        sink.onBody(data, at, length)
        at = length
      } else at = this.#readBetween(data, at, length)
    }
    return at
  }

  /** The server has closed: true where that is the answer's end. */
  end(): boolean {
    if (this.#state === UNTIL_CLOSE) this.#state = DONE
    return this.#state === DONE
  }

  #readHead(data: Buffer, from: number, length: number, sink: ResponseSink): number {
    if (this.#held === undefined) {
      const end = this.#parseHead(data, from, length)
      if (end > 0) return this.#headDone(data, from, end, sink)
      if (length - from > HEAD_LIMIT) throw tooLarge()
      this.#held = Buffer.from(data.subarray(from, length))
      return length
    }
    const before = this.#held.length
    // No more than a head can have, and what ends it: the rest is read from `data` itself.
    const taken = Math.min(length - from, HEAD_LIMIT + HEAD_END.length - before)
    const held = Buffer.concat([this.#held, data.subarray(from, from + taken)])
    const ending = held.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length), 'latin1')
    if (ending < 0) {
      if (held.length > HEAD_LIMIT) throw tooLarge()
      this.#held = held
      return from + taken
    }
    this.#held = undefined
    const end = this.#parseHead(held, 0, ending + HEAD_END.length)
    if (end < 0) throw new ProtocolError('the head of the answer ends in the middle of a line')
    this.#headDone(held, 0, end, sink)
    return from + end - before
  }

  /** Answers where the head ends, or -1 where it is not whole. */
  #parseHead(data: Buffer, from: number, length: number): number {
    this.#status = 0
    this.#isChunked = false
    this.#hasCookie = false
    this.#left = -1
    let at = this.#parseStatusLine(data, from, length)
    while (at > 0 && at < length) {
      if (data[at] === CR) {
        if (at + 1 >= length) return -1
        if (data[at + 1] !== LF) throw new ProtocolError('a line of the head does not end in CR LF')
        if (at + 2 - from > HEAD_LIMIT) throw tooLarge()
        return at + 2
      }
      at = this.#parseHeader(data, at, length)
    }
    return -1
  }

  /** `HTTP/1.1 200 OK`. Answers where the next line begins, -1 where this one is not whole. */
  #parseStatusLine(data: Buffer, from: number, length: number): number {
    for (let at = 0; at < STATUS_LINE.length; at++) {
      if (from + at >= length) return -1
      const code = data[from + at]
      if (code !== STATUS_LINE[at] && !(at === 7 && code === 0x30)) {
        throw new ProtocolError(`the answer is no HTTP/1.1: it begins with ${shown(data, from, length)}`)
      }
    }
    if (from + 13 > length) return -1
    this.isKeptAlive = data[from + 7] === 0x31 // HTTP/1.0 closes unless it says otherwise
    for (let at = from + 9; at < from + 12; at++) {
      const digit = data[at] - 48
      if (digit < 0 || digit > 9) throw badStatus(data, from, length)
      this.#status = this.#status * 10 + digit
    }
    const after = data[from + 12]
    if (this.#status < 100 || (after !== SPACE && after !== CR)) throw badStatus(data, from, length)
    return lineEnd(data, from + 12, length)
  }

  #parseHeader(data: Buffer, from: number, length: number): number {
    let at = from
    while (at < length && TOKEN[data[at]] === 1) at++
    if (at === length) return -1
    if (data[at] !== COLON || at === from) {
      throw new ProtocolError(`a line of the head is no header: ${shown(data, from, length)}`)
    }
    const name = at - from
    at++
    while (at < length && (data[at] === SPACE || data[at] === TAB)) at++
    const end = lineEnd(data, at, length)
    if (end < 0) return -1
    // By the length of their names: only these say how the answer is framed, and what becomes of the connection.
    if (name === 10) this.#parseShort(data, from, at, end - 2)
    else if (name === 14 && isNamed(data, from, 'content-length')) this.#parseLength(data, at, end - 2)
    else if (name === 17 && isNamed(data, from, 'transfer-encoding')) this.#parseEncoding(data, at, end - 2)
    return end
  }

  #parseShort(data: Buffer, name: number, from: number, to: number): void {
    if (isNamed(data, name, 'set-cookie')) this.#hasCookie = true
    else if (isNamed(data, name, 'connection')) {
      const value = data.toString('latin1', from, to).toLowerCase()
      if (value.includes('close')) this.isKeptAlive = false
      else if (value.includes('keep-alive')) this.isKeptAlive = true
    } else if (isNamed(data, name, 'keep-alive')) {
      const [, seconds] = /timeout=(\d{1,9})/i.exec(data.toString('latin1', from, to)) ?? []
      if (seconds !== undefined) this.keepAliveSeconds = Number(seconds)
    }
  }

  #parseLength(data: Buffer, from: number, to: number): void {
    let value = 0
    let at = from
    for (; at < to && data[at] >= 48 && data[at] <= 57; at++) value = value * 10 + data[at] - 48
    const isNumber = at > from && at - from <= 15 && isBlank(data, at, to)
    if (!isNumber || (this.#left >= 0 && this.#left !== value)) {
      throw new ProtocolError(`content-length of the answer cannot be meant: ${shown(data, from, to)}`)
    }
    this.#left = value
  }

  #parseEncoding(data: Buffer, from: number, to: number): void {
    const value = data.toString('latin1', from, to).trim().toLowerCase()
    if (this.#isChunked) throw new ProtocolError('the answer says transfer-encoding after chunked')
    if (value !== 'chunked') throw new ProtocolError(`transfer-encoding ${value} is not supported; chunked is`)
    this.#isChunked = true
  }

  #headDone(data: Buffer, from: number, end: number, sink: ResponseSink): number {
    const status = this.#status
    if (status === 101) throw new ProtocolError('the answer switches protocols without being asked to')
    if (status < 200) return end // 100 Continue, 103 Early Hints: the answer itself is still to come
    if (this.#isChunked && this.#left >= 0) {
      throw new ProtocolError('the answer has both transfer-encoding and content-length')
    }
    const head = this.#wantsHead || this.#hasCookie ? data.toString('latin1', from, end - HEAD_END.length) : ''
    if (this.#isHead || status === 204 || status === 304 || this.#left === 0) this.#state = DONE
    else if (this.#isChunked) this.#enterChunkSize()
    else if (this.#left > 0) this.#state = FIXED
    else {
      this.#state = UNTIL_CLOSE
      this.isKeptAlive = false
    }
    sink.onHead(status, head)
    return end
  }

  #readData(data: Buffer, from: number, length: number, sink: ResponseSink): number {
    const to = Math.min(length, from + this.#left)
    this.#left -= to - from
    if (this.#left === 0) this.#state = this.#state === FIXED ? DONE : CHUNK_END
    sink.onBody(data, from, to)
    return to
  }

  #enterChunkSize(): void {
    this.#state = CHUNK_SIZE
    this.#left = 0
    this.#digits = 0
    this.#lineBytes = 0
  }

  /** The lines between chunks, and those after the last: byte by byte, there are few. */
  #readBetween(data: Buffer, from: number, length: number): number {
    let at = from
    while (at < length && (this.#state === CHUNK_SIZE || this.#state === CHUNK_EXTENSION || this.#state === CHUNK_END)) {
      const code = data[at++]
      if (this.#state === CHUNK_SIZE) this.#chunkSize(code)
      else if (this.#state === CHUNK_EXTENSION) this.#chunkExtension(code)
      else this.#chunkEnd(code)
    }
    while (at < length && this.#state === TRAILERS) this.#trailer(data[at++])
    return at
  }

  #chunkSize(code: number): void {
    const digit = hexDigit(code)
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit
      if (++this.#digits > CHUNK_DIGITS) throw new ProtocolError('a chunk of the answer is too large')
    } else if (this.#digits > 0 && (code === CR || code === 0x3b || code === SPACE || code === TAB)) {
      this.#state = CHUNK_EXTENSION
      this.#lineBytes = code === CR ? -1 : 0
    } else throw new ProtocolError('the size of a chunk of the answer is no hexadecimal number')
  }

  /** Up to the end of the line; -1 once CR was seen. */
  #chunkExtension(code: number): void {
    if (this.#lineBytes < 0) {
      if (code !== LF) throw new ProtocolError('the size of a chunk of the answer does not end in CR LF')
      this.#lineBytes = 0
      this.#state = this.#left > 0 ? CHUNK_DATA : TRAILERS
      this.#trailerBytes = 0
    } else if (code === CR) this.#lineBytes = -1
    else if (code === LF || ++this.#lineBytes > CHUNK_EXTENSION_LIMIT) {
      throw new ProtocolError('the size of a chunk of the answer does not end in CR LF')
    }
  }

  #chunkEnd(code: number): void {
    if (code !== (this.#lineBytes === 0 ? CR : LF)) throw new ProtocolError('a chunk of the answer is longer than it says')
    if (++this.#lineBytes === 2) this.#enterChunkSize()
  }

  /** Nobody asks for trailers: they are skipped, line by line, up to the empty one. -1 once its CR was seen. */
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

const STATUS_LINE = Buffer.from('HTTP/1.1 ')

/** Where the next line begins; -1 where this one is not whole. Values are text without control characters. */
function lineEnd(data: Buffer, from: number, length: number): number {
  let at = from
  for (; at < length; at++) {
    const code = data[at]
    if (code < SPACE && code !== TAB) {
      if (code !== CR) throw new ProtocolError('a line of the head has a control character in it')
      if (at + 1 >= length) return -1
      if (data[at + 1] !== LF) throw new ProtocolError('a line of the head does not end in CR LF')
      return at + 2
    }
  }
  return -1
}

function isNamed(data: Buffer, from: number, name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    // Letters differ from their capitals in one bit, and `-` has that bit already.
    if ((data[from + at] | 0x20) !== name.charCodeAt(at)) return false
  }
  return true
}

function isBlank(data: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (data[at] !== SPACE && data[at] !== TAB) return false
  return true
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

function shown(data: Buffer, from: number, to: number): string {
  return JSON.stringify(data.toString('latin1', from, Math.min(to, from + 40)))
}

function badStatus(data: Buffer, from: number, length: number): ProtocolError {
  return new ProtocolError(`the answer has no status of three digits: ${shown(data, from, length)}`)
}

function tooLarge(): ProtocolError {
  return new ProtocolError(`the head of the answer is larger than ${HEAD_LIMIT / 1024} KB`)
}
