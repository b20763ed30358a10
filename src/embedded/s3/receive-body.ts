import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ClientGoneError } from '../read-body.ts'
import { AwsChunkedDecoder } from './aws-chunked.ts'
import {
  checksumHasher,
  checksumHeader,
  readChecksumValue,
  type ChecksumAlgorithm,
  type DeclaredChecksum,
} from './checksums.ts'
import { S3Error } from './errors.ts'
import type { ExpectedBody } from './expected-body.ts'
import type { S3Request } from './s3-request.ts'

/** Where the bytes of a body go. */
export interface BodySink {
  add(bytes: Buffer): void
  /** Asked after `add`; the client waits while the promise is pending. */
  flushIfFull(): Promise<void> | undefined
}

/** Whose body is taken off the wire. */
export type BodySource = Pick<S3Request, 'incoming' | 'authentication'>

/** A body that arrived whole and is what its headers and trailers said. */
export interface ReceivedBody {
  readonly md5: Buffer
  /** Base64, of the algorithm that was asked for. */
  readonly checksum: string
}

/**
 * Takes the request's body off the wire, decodes it, hands it to `sink` and proves it against its length, Content-MD5,
 * checksum and, where no checksum proves it already or signatures are verified, x-amz-content-sha256. Signed chunks are
 * verified one by one. `algorithm` is computed in any case.
 *
 * Throws S3Error IncompleteBody, BadDigest, XAmzContentSHA256Mismatch, and those of the aws-chunked framing; SignatureRefusal;
 * ClientGoneError where the connection closed first; and what `sink` throws.
 */
export async function receiveBody(
  { incoming, authentication }: BodySource,
  expected: ExpectedBody,
  algorithm: ChecksumAlgorithm,
  sink: BodySink,
): Promise<ReceivedBody> {
  const md5 = createHash('md5')
  const checksum = checksumHasher(algorithm)
  const declared = expected.checksum
  // A part may be proved by another algorithm than the one its upload is known by.
  const other =
    declared !== undefined && declared.algorithm !== algorithm ? checksumHasher(declared.algorithm) : undefined
  // A checksum finds accidents; whoever changes a signed body on its way changes that too.
  const isHashed = expected.sha256 !== undefined && (declared === undefined || authentication !== undefined)
  const sha256 = isHashed ? createHash('sha256') : undefined
  let receivedBytes = 0

  const take = (bytes: Buffer): void => {
    receivedBytes += bytes.length
    if (receivedBytes > expected.bytes) throw new S3Error('IncompleteBody')
    md5.update(bytes)
    checksum.update(bytes)
    other?.update(bytes)
    sha256?.update(bytes)
    sink.add(bytes)
  }
  const decoder = expected.chunked ? new AwsChunkedDecoder(take, authentication?.chunks) : undefined
  await pump(incoming, (bytes) => {
    if (decoder === undefined) take(bytes)
    else decoder.push(bytes)
    return sink.flushIfFull()
  })

  if (receivedBytes !== expected.bytes || decoder?.done === false) throw new S3Error('IncompleteBody')
  if (sha256 !== undefined) proveSha256(expected.sha256!, sha256.digest('hex'))
  const received = { md5: md5.digest(), checksum: checksum.digest().toString('base64') }
  if (declared !== undefined) {
    proveChecksum(declared, other?.digest().toString('base64') ?? received.checksum, decoder?.trailers)
  }
  proveMd5(expected.md5, received.md5)
  return received
}

/** Calls `take` for what arrives and holds the client back while a promise it gave is pending. */
function pump(incoming: IncomingMessage, take: (bytes: Buffer) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
    }
    const fail = (error: unknown): void => {
      settle()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const onData = (bytes: Buffer): void => {
      try {
        const catchingUp = take(bytes)
        if (catchingUp === undefined) return
        incoming.pause()
        catchingUp.then(() => incoming.resume(), fail)
      } catch (error) {
        fail(error)
      }
    }
    const onEnd = (): void => {
      settle()
      resolve()
    }
    const onClose = (): void => fail(new ClientGoneError('the connection closed before the body was complete'))
    // Gone while the request waited to be served: nothing more would be heard of it.
    if (incoming.destroyed) onClose()
    else incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

function proveSha256(expected: string, computed: string): void {
  if (expected === computed) return
  throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
    ClientComputedContentSHA256: expected,
    S3ComputedContentSHA256: computed,
  })
}

function proveChecksum(
  { algorithm, value: given }: DeclaredChecksum,
  computed: string,
  trailers: ReadonlyMap<string, string> | undefined,
): void {
  const value = given ?? trailers?.get(checksumHeader(algorithm))
  if (value === undefined) throw new S3Error('MalformedTrailerError')
  if (readChecksumValue(algorithm, value) !== computed) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
}

function proveMd5(expected: Buffer | undefined, computed: Buffer): void {
  if (expected === undefined || expected.equals(computed)) return
  throw new S3Error('BadDigest', undefined, {
    ExpectedDigest: expected.toString('base64'),
    CalculatedDigest: computed.toString('base64'),
  })
}
