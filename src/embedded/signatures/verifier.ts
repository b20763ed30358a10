import { createHmac, hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { EmbeddedClock } from '../clock.ts'
import { type Caller, defaultAccountId, defaultRegion } from '../identity.ts'
import type { ServiceName } from '../service.ts'
import type { AccessKey } from './access-key.ts'
import type { Authentication } from './authentication.ts'
import { canonicalRequest, type SignedMessage } from './canonical-request.ts'
import { checkScope, checkSignedHeaders, checkTime, checkToken } from './checks.ts'
import { createChunkSignatures } from './chunk-signatures.ts'
import { type ClaimedSignature, readClaimedSignature } from './claimed-signature.ts'
import { SignatureRefusal } from './refusal.ts'
import { isSameText } from './same-text.ts'
import { createSigningKeys } from './signing-keys.ts'
import { readVersion2, type Version2Claim, version2Signature, version2StringToSign } from './version-2.ts'

/** A request with all that its signature may be about. */
export interface SignedRequest extends SignedMessage {
  readonly headers: IncomingHttpHeaders
  readonly query: URLSearchParams
}

export interface PresentedSignature {
  /** Who the request says it is from: nobody where it does not say so properly. */
  readonly caller: Caller
  /**
   * Proves it. `payloadHash` answers the hex SHA-256 of the body, or for S3 the header x-amz-content-sha256 that stands
   * for it; `resource`, S3's alone, its `/bucket/key` as in the URL. Throws SignatureRefusal.
   */
  prove(service: ServiceName, payloadHash: () => string | undefined, resource?: () => string): Authentication
}

/** Checks signatures (AWS Signature Version 4) against the keys it was made with. */
export interface Verifier {
  read(request: SignedRequest): PresentedSignature
  /** Milliseconds since the epoch by which signatures are judged. */
  now(): number
}

const minute = 60_000
/** How far a client's clock may be off, as each service's own errors tell. */
const skewMs: Readonly<Record<ServiceName, number>> = {
  sqs: 15 * minute,
  sts: 15 * minute,
  s3: 15 * minute,
  dynamodb: 5 * minute,
  secretsmanager: 5 * minute,
}
const signedChunks = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?$/

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function createVerifier(accessKeys: readonly AccessKey[], clock: EmbeddedClock): Verifier {
  const keys = new Map(accessKeys.map((key) => [key.accessKeyId, key]))
  const signingKeys = createSigningKeys()

  function prove(
    request: SignedRequest,
    claimed: ClaimedSignature,
    service: ServiceName,
    payloadHash: () => string | undefined,
  ): Authentication {
    const key = keys.get(claimed.accessKeyId)
    if (key === undefined) throw new SignatureRefusal({ kind: 'unknown-key', accessKeyId: claimed.accessKeyId })
    checkScope(claimed, service)
    checkTime(claimed, clock.now(), skewMs[service])
    checkToken(claimed.token, key.sessionToken)
    checkSignedHeaders(request.rawHeaders, claimed.signedHeaders, service === 's3')
    const payload = payloadHash()
    if (payload === undefined) throw new SignatureRefusal({ kind: 'no-payload-hash' })

    const { accessKeyId, scope, signedAt, signature, signedHeaders } = claimed
    const canonical = Buffer.from(
      canonicalRequest(request, signedHeaders, payload, { isS3: service === 's3' }),
      'latin1',
    )
    const stringToSign = `AWS4-HMAC-SHA256\n${signedAt}\n${scope}\n${hash('sha256', canonical)}`
    const signingKey = signingKeys(accessKeyId, key.secretAccessKey, scope)
    if (!isSameText(signature, createHmac('sha256', signingKey).update(stringToSign).digest('hex'))) {
      const proof = { accessKeyId, signature, stringToSign, canonicalRequest: canonical.toString() }
      throw new SignatureRefusal({ kind: 'mismatch', proof })
    }
    if (!signedChunks.test(payload)) return { chunks: undefined }
    const hasTrailer = payload.endsWith('-TRAILER')
    return { chunks: createChunkSignatures({ accessKeyId, signingKey, signedAt, scope, seed: signature, hasTrailer }) }
  }

  function proveVersion2(request: SignedRequest, claim: Version2Claim, resource: () => string): Authentication {
    const { accessKeyId, signature, expires, token } = claim
    const key = keys.get(accessKeyId)
    if (key === undefined) throw new SignatureRefusal({ kind: 'unknown-key', accessKeyId })
    const nowMs = clock.now()
    if (!(nowMs <= expires * 1000))
      throw new SignatureRefusal({ kind: 'expired-url', expiresMs: expires * 1000, nowMs })
    checkToken(token, key.sessionToken)
    const stringToSign = version2StringToSign(request, expires, resource())
    if (!isSameText(signature, version2Signature(key.secretAccessKey, stringToSign))) {
      const proof = { accessKeyId, signature, stringToSign, canonicalRequest: undefined }
      throw new SignatureRefusal({ kind: 'mismatch', proof })
    }
    return { chunks: undefined }
  }

  const accountOf = (accessKeyId: string): string => keys.get(accessKeyId)?.accountId ?? defaultAccountId

  return {
    now: () => clock.now(),
    read(request) {
      const version2 = request.headers.authorization === undefined ? readVersion2(request.query) : undefined
      if (version2 !== undefined) {
        const { accessKeyId } = version2
        return {
          caller: { accessKeyId, accountId: accountOf(accessKeyId), region: defaultRegion },
          prove(_service, _payloadHash, resource) {
            if (resource === undefined) throw new SignatureRefusal({ kind: 'anonymous' })
            return proveVersion2(request, version2, resource)
          },
        }
      }
      try {
        const claimed = readClaimedSignature(request.headers, request.query)
        const { accessKeyId, region } = claimed
        return {
          caller: { accessKeyId, accountId: accountOf(accessKeyId), region },
          prove: (service, payloadHash) => prove(request, claimed, service, payloadHash),
        }
      } catch (error) {
        if (!(error instanceof SignatureRefusal)) throw error
        return {
          caller: { accessKeyId: '', accountId: defaultAccountId, region: defaultRegion },
          prove() {
            throw error
          },
        }
      }
    },
  }
}
