import { crc32 } from 'node:zlib'
import { ByteReader, ByteWriter } from '../engine/varint.ts'
import type { MergedWindow } from '../engine/window-merger.ts'
import { InvalidObjectError } from './invalid-object-error.ts'

/**
 * Windows as bytes, version 1: what a shard ships (`windows/<job_id>/<batch>.bin`) and what the merge leaves
 * (`windows.bin`). "TAWN", the version, then for each window, ascending by number: its number, how many shards are in it
 * and which, the length of its figures, the figures (figures-encoding.ts); at the end the CRC-32 of all that, four bytes,
 * lowest first. Numbers are LEB128. The same windows have the same bytes.
 */
const MAGIC = Buffer.from('TAWN')
const VERSION = 1
const HEADER_BYTES = MAGIC.length + 1
const CHECKSUM_BYTES = 4

/** Collects windows, which must come in the order of their numbers, as parts of one object. */
export function createWindowsWriter() {
  const parts: Uint8Array[] = [Buffer.from([...MAGIC, VERSION])]
  const head = new ByteWriter(64)
  let bytes = HEADER_BYTES
  let last = -1

  return {
    /** Windows so far. */
    get last(): number {
      return last
    },
    get bytes(): number {
      return bytes + CHECKSUM_BYTES
    },
    add({ number, shards, figures }: MergedWindow): void {
      if (number <= last) throw new RangeError(`window ${number} must come before window ${last}`)
      last = number
      head.number(number)
      head.number(shards.length)
      for (const shard of shards) head.number(shard)
      head.number(figures.length)
      const taken = head.take()
      parts.push(taken, figures)
      bytes += taken.length + figures.length
    },
    finish(): Uint8Array<ArrayBuffer> {
      const all = new Uint8Array(bytes + CHECKSUM_BYTES)
      let at = 0
      for (const part of parts) {
        all.set(part, at)
        at += part.length
      }
      new DataView(all.buffer).setUint32(bytes, crc32(all.subarray(0, bytes)), true)
      return all
    },
  }
}

export function encodeWindows(windows: Iterable<MergedWindow>): Uint8Array<ArrayBuffer> {
  const writer = createWindowsWriter()
  for (const window of windows) writer.add(window)
  return writer.finish()
}

/**
 * The windows of an object, one after the other, as windows into its bytes. Throws InvalidObjectError, before the first,
 * where the bytes are not one whole object of version 1 as it was written.
 */
export function readWindows(bytes: Uint8Array): Iterable<MergedWindow> {
  checkEnvelope(bytes)
  return eachWindow(bytes)
}

/** The same without an object for each window, for who reads millions. */
export function windowsReader(bytes: Uint8Array): WindowsReader {
  checkEnvelope(bytes)
  return new WindowsReader(bytes)
}

function checkEnvelope(bytes: Uint8Array): void {
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || MAGIC.some((byte, at) => bytes[at] !== byte))
    throw new InvalidObjectError('does not begin with TAWN: it holds no windows')
  const version = bytes[MAGIC.length]
  if (version !== VERSION) throw new InvalidObjectError(`holds windows of version ${version}, only ${VERSION} is known`)
  const end = bytes.length - CHECKSUM_BYTES
  const checksum = bytes[end] | (bytes[end + 1] << 8) | (bytes[end + 2] << 16) | (bytes[end + 3] << 24)
  if (checksum >>> 0 !== crc32(bytes.subarray(0, end)))
    throw new InvalidObjectError('is damaged: its windows do not match their checksum')
}

function* eachWindow(bytes: Uint8Array): Generator<MergedWindow> {
  const reader = new WindowsReader(bytes)
  while (reader.next()) {
    const { number, from, to } = reader
    yield { number, shards: [...reader.shards], figures: bytes.subarray(from, to) as Uint8Array<ArrayBuffer> }
  }
}

/**
 * Reads an object window by window and allocates nothing for one: a large run has millions. Its checksum must have been
 * compared; throws InvalidObjectError where the bytes mean nothing all the same.
 */
class WindowsReader {
  /** Of the window that `next` has come to. */
  number = -1
  /** Used again for the next window. */
  readonly shards: number[] = []
  /** Where its figures are. */
  from = 0
  to = 0
  readonly #reader: ByteReader

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes, HEADER_BYTES, bytes.length - CHECKSUM_BYTES)
  }

  /** False: there are no more. */
  next(): boolean {
    const reader = this.#reader
    if (reader.done) return false
    const before = this.number
    try {
      this.#read(reader)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      throw new InvalidObjectError(cause.message, { cause })
    }
    if (this.number <= before) throw new InvalidObjectError(`has window ${this.number} after window ${before}`)
    return true
  }

  #read(reader: ByteReader): void {
    this.number = reader.number()
    this.shards.length = 0
    for (let left = reader.number(); left > 0; left--) this.shards.push(reader.number())
    const length = reader.number()
    this.from = reader.at
    this.to = reader.at + length
    if (this.to > reader.end) throw new RangeError(`the data ends inside window ${this.number}`)
    reader.at = this.to
  }
}
