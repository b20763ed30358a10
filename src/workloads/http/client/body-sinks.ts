import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import type { BodySink, OpenBody } from './exchange.ts'
import { AnswerError } from './outcomes.ts'

/** Keeps a body, up to a limit: beyond it, writing throws AnswerError. */
export class KeptBody implements BodySink {
  #parts: Buffer[] = []
  #bytes = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  write(data: Buffer, from: number, to: number): boolean {
    this.#bytes += to - from
    if (this.#bytes > this.#limit) {
      this.#parts = []
      throw new AnswerError(
        `the body of the answer is larger than ${this.#limit} bytes (maxBodyBytes); discard it instead`,
      )
    }
    this.#parts.push(Buffer.from(data.subarray(from, to)))
    return true
  }

  end(done: () => void): void {
    done()
  }

  abort(): void {
    this.#parts = []
  }

  get bytes(): Buffer {
    return this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
  }
}

/** Hands a body on as it comes. */
export function passBody(onData: (chunk: Uint8Array) => void): BodySink {
  return {
    write(data, from, to) {
      onData(data.subarray(from, to))
      return true
    },
    end: (done) => done(),
    abort: () => undefined,
  }
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
}
export const ENCODINGS = ['gzip', 'br', 'deflate', 'zstd'] as const

/** A sink that decodes what a server encoded; encodings it does not know throw AnswerError. */
export function decodingTo(sink: BodySink): OpenBody {
  return (head, resume) => {
    const encoding = /^content-encoding:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1].toLowerCase() ?? ''
    if (encoding === '' || encoding === 'identity') return sink
    const make = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
    if (!make) throw new AnswerError(`content-encoding ${encoding} is not supported; ${ENCODINGS.join(', ')} are`)
    return decoded(make(), sink, resume)
  }
}

/** Decodes as a stream: what is not decoded yet is never more than the decoder takes, then the socket waits. */
function decoded(decoder: Transform, sink: BodySink, resume: () => void): BodySink {
  /** How it ended; then `tell` says so, once somebody wants to know. */
  let over: { readonly error?: Error } | undefined
  let tell: ((error?: Error) => void) | undefined
  const settle = (error?: Error): void => {
    over ??= { ...(error && { error }) }
    tell?.(over.error)
    tell = undefined
    if (error) resume() // what comes next is told, instead of waiting for room that will not be
  }
  decoder.on('data', (chunk: Buffer) => {
    try {
      sink.write(chunk, 0, chunk.length)
    } catch (error) {
      decoder.destroy(error as Error)
    }
  })
  decoder.once('end', () => settle())
  decoder.on('error', settle)
  decoder.on('drain', resume)
  return {
    write(data, from, to) {
      if (over?.error) throw over.error // the rest of a body that is lost, which may be endless
      return decoder.write(Buffer.from(data.subarray(from, to)))
    },
    end(done) {
      tell = done
      if (over) settle()
      else decoder.end()
    },
    abort() {
      decoder.destroy()
      sink.abort()
    },
  }
}
