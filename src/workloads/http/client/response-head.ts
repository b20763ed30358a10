import { ProtocolError } from './outcomes.ts'

/** Of a status line with its headers, as Node's own server and client have it. */
export const HEAD_LIMIT = 16 * 1024

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58
const STATUS_LINE = Buffer.from('HTTP/1.1 ')

/** Characters of header names (RFC 9110, section 5.6.2). */
const TOKEN = Uint8Array.from({ length: 256 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** The head of an answer: what says how the answer is framed, and what becomes of the connection. Used again for each answer. */
export class ResponseHead {
  status = 0
  /** Of the body; -1 where the head does not say. */
  length = -1
  isChunked = false
  hasCookie = false
  /** May the connection serve another request? */
  isKeptAlive = true
  /** How long the server says it keeps an idle connection; -1 where it does not say. */
  keepAliveSeconds = -1

  /** Answers where the head ends, or -1 where it is not whole. Throws ProtocolError. */
  parse(data: Buffer, from: number, length: number): number {
    this.status = 0
    this.length = -1
    this.isChunked = false
    this.hasCookie = false
    this.keepAliveSeconds = -1
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
      this.status = this.status * 10 + digit
    }
    const after = data[from + 12]
    if (this.status < 100 || (after !== SPACE && after !== CR)) throw badStatus(data, from, length)
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
    if (isNamed(data, name, 'set-cookie')) this.hasCookie = true
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
    if (!isNumber || (this.length >= 0 && this.length !== value)) {
      throw new ProtocolError(`content-length of the answer cannot be meant: ${shown(data, from, to)}`)
    }
    this.length = value
  }

  #parseEncoding(data: Buffer, from: number, to: number): void {
    const value = data.toString('latin1', from, to).trim().toLowerCase()
    if (this.isChunked) throw new ProtocolError('the answer says transfer-encoding after chunked')
    if (value !== 'chunked') throw new ProtocolError(`transfer-encoding ${value} is not supported; chunked is`)
    this.isChunked = true
  }
}

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

function shown(data: Buffer, from: number, to: number): string {
  return JSON.stringify(data.toString('latin1', from, Math.min(to, from + 40)))
}

function badStatus(data: Buffer, from: number, length: number): ProtocolError {
  return new ProtocolError(`the answer has no status of three digits: ${shown(data, from, length)}`)
}

export function tooLarge(): ProtocolError {
  return new ProtocolError(`the head of the answer is larger than ${HEAD_LIMIT / 1024} KB`)
}
