import type { ChunkSignatures } from '../signatures/chunk-signatures.ts'
import { S3Error } from './errors.ts'

const minChunkBytes = 8192
const maxLineBytes = 8192
const maxTrailers = 16
const newline = 0x0a
const sizeLine = /^(?<size>[0-9a-fA-F]{1,12})(?:;(?<extension>[^\r\n]*))?$/
const signatureExtension = /^chunk-signature=(?<signature>[0-9a-fA-F]{64})$/
const trailerLine = /^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?<value>.*?)[ \t]*$/

type State = 'size' | 'data' | 'dataEnd' | 'trailer' | 'done'

/**
 * Takes the framing of S3's `aws-chunked` content encoding off a body:
 *
 *     <hex size>[;chunk-signature=…]\r\n <bytes> \r\n … 0[;chunk-signature=…]\r\n [name:value\r\n …] \r\n
 *
 * Signatures are verified where there is something to verify them with. Pushed to, so that it holds at most one line.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder {
  /** Lower-case names; complete when `done`. */
  readonly trailers = new Map<string, string>()
  #state: State = 'size'
  #line = ''
  #remainingBytes = 0
  #lastWasShort = false
  readonly #sink: (bytes: Buffer) => void
  readonly #signatures: ChunkSignatures | undefined

  /** `sink` gets slices of what was pushed, in order. */
  constructor(sink: (bytes: Buffer) => void, signatures?: ChunkSignatures) {
    this.#sink = sink
    this.#signatures = signatures
  }

  /** The final chunk and the trailer have been read. */
  get done(): boolean {
    return this.#state === 'done'
  }

  /** Throws S3Error IncompleteBody, InvalidChunkSizeError or MalformedTrailerError, and SignatureRefusal. */
  push(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      at = this.#state === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at)
    }
  }

  #readData(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + this.#remainingBytes)
    const slice = from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end)
    this.#signatures?.update(slice)
    this.#sink(slice)
    this.#remainingBytes -= end - from
    if (this.#remainingBytes === 0) {
      this.#signatures?.end()
      this.#state = 'dataEnd'
    }
    return end
  }

  #readLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(newline, from)
    this.#line += bytes.toString('latin1', from, end < 0 ? bytes.length : end)
    if (this.#line.length > maxLineBytes) throw malformed('a line is too long')
    if (end < 0) return bytes.length
    this.#takeLine(this.#cutLine())
    return end + 1
  }

  /** AWS shows, and minio-go sends, `name:value\n\r\n\r\n` as the trailer; everywhere else a line ends with CRLF. */
  #cutLine(): string {
    const line = this.#line
    this.#line = ''
    if (line.endsWith('\r')) return line.slice(0, -1)
    if (this.#state !== 'trailer') throw malformed('a line does not end with CRLF')
    return line
  }

  #takeLine(line: string): void {
    if (this.#state === 'size') this.#takeSize(line)
    else if (this.#state === 'trailer') this.#takeTrailer(line)
    else if (line !== '') throw malformed('bytes follow a chunk that its size does not cover')
    else if (this.#state === 'dataEnd') this.#state = 'size'
  }

  #takeSize(line: string): void {
    const { size: digits, extension = '' } = sizeLine.exec(line)?.groups ?? {}
    if (digits === undefined) throw malformed(`"${line.slice(0, 40)}" is not a chunk size`)
    const size = parseInt(digits, 16)
    this.#signatures?.begin(signatureExtension.exec(extension)?.groups?.signature)
    if (size === 0) {
      this.#signatures?.end()
      this.#state = 'trailer'
      return
    }
    if (this.#lastWasShort) throw new S3Error('InvalidChunkSizeError')
    this.#lastWasShort = size < minChunkBytes
    this.#remainingBytes = size
    this.#state = 'data'
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#signatures?.trailer(this.trailers)
      this.#state = 'done'
      return
    }
    const { name, value } = trailerLine.exec(line)?.groups ?? {}
    if (name === undefined || value === undefined || this.trailers.size >= maxTrailers) {
      throw new S3Error('MalformedTrailerError')
    }
    this.trailers.set(name.toLowerCase(), value)
  }
}

function malformed(what: string): S3Error {
  return new S3Error('IncompleteBody', `The aws-chunked framing of the request body is malformed: ${what}`)
}
