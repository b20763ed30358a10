import { createHash, createHmac, type Hash, hash, type KeyObject } from 'node:crypto'
import { SignatureRefusal } from './refusal.ts'
import { isSameText } from './same-text.ts'

/** Proves a body chunk by chunk while it arrives, each by a signature that also signs the one before. */
export interface ChunkSignatures {
  /** Undefined where the chunk has none. */
  begin(signature: string | undefined): void
  update(bytes: Uint8Array): void
  /** Throws SignatureRefusal. */
  end(): void
  /** What follows the last chunk, lower-case names, in order of arrival. Throws SignatureRefusal. */
  trailer(lines: ReadonlyMap<string, string>): void
}

export interface ChunkSeed {
  readonly accessKeyId: string
  readonly signingKey: KeyObject
  readonly signedAt: string
  readonly scope: string
  /** The signature of the request itself. */
  readonly seed: string
  /** A signed trailer must follow. */
  readonly hasTrailer: boolean
}

const emptyHash = hash('sha256', '')
const trailerSignatureName = 'x-amz-trailer-signature'

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function createChunkSignatures(seed: ChunkSeed): ChunkSignatures {
  const { accessKeyId, signingKey, signedAt, scope, hasTrailer } = seed
  let previous = seed.seed
  let given: string | undefined
  let content: Hash

  function prove(algorithm: string, signature: string | undefined, what: string): void {
    const stringToSign = `${algorithm}\n${signedAt}\n${scope}\n${previous}\n${what}`
    const expected = createHmac('sha256', signingKey).update(stringToSign).digest('hex')
    previous = expected
    if (signature !== undefined && isSameText(signature, expected)) return
    const proof = { accessKeyId, signature: signature ?? '', stringToSign, canonicalRequest: undefined }
    throw new SignatureRefusal({ kind: 'mismatch', proof })
  }

  return {
    begin(signature) {
      given = signature
      content = createHash('sha256')
    },
    update: (bytes) => void content.update(bytes),
    end: () => prove('AWS4-HMAC-SHA256-PAYLOAD', given, `${emptyHash}\n${content.digest('hex')}`),
    trailer(lines) {
      if (!hasTrailer && lines.size === 0) return
      let signed = ''
      for (const [name, value] of lines) if (name !== trailerSignatureName) signed += `${name}:${value}\n`
      const trailerHash = hash('sha256', Buffer.from(signed, 'latin1'))
      prove('AWS4-HMAC-SHA256-TRAILER', lines.get(trailerSignatureName), trailerHash)
    },
  }
}
