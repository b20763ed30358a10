import { nameOf } from './known-names.ts'

/** Whole numbers in as few bytes as they need (LEB128: seven bits a byte, the lowest first), and text behind its length. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(initialBytes = 1024) {
    this.#bytes = new Uint8Array(initialBytes)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** 0 … 2^53 - 1. */
  number(value: number): void {
    this.#reserve(8)
    let left = value
    while (left >= 0x80) {
      this.#bytes[this.#length++] = (left % 0x80) | 0x80
      left = Math.floor(left / 0x80)
    }
    this.#bytes[this.#length++] = left
  }

  /** 0 or more, without a limit. */
  big(value: bigint): void {
    let left = value
    while (left >= 0x80n) {
      this.byte(Number(left & 0x7fn) | 0x80)
      left >>= 7n
    }
    this.byte(Number(left))
  }

  text(value: string): void {
    const encoded = Buffer.from(value)
    this.number(encoded.length)
    this.#reserve(encoded.length)
    this.#bytes.set(encoded, this.#length)
    this.#length += encoded.length
  }

  /** What was written, as a copy of its own; the writer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** Reads what ByteWriter wrote. Throws RangeError where the bytes end too early. */
export class ByteReader {
  readonly bytes: Uint8Array
  /** Where the next value begins. */
  at: number
  /** Where the last one ends: a record inside a larger object is read in its place. */
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError(`the data ends at byte ${this.end}, too early`)
    return this.bytes[this.at++]
  }

  number(): number {
    let byte = this.byte()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let factor = 0x80
    do {
      byte = this.byte()
      value += (byte & 0x7f) * factor
      factor *= 0x80
    } while (byte >= 0x80)
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError(`a number in the data is larger than 2^53 - 1: ${value}`)
    return value
  }

  big(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  text(): string {
    const length = this.number()
    if (this.at + length > this.end) throw new RangeError(`the data ends inside a text of ${length} bytes`)
    const start = this.at
    this.at += length
    return nameOf(this.bytes, start, this.at)
  }
}
