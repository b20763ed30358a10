import type { IncomingHttpHeaders } from 'node:http'
import { formatAmzDate, parseAmzDate } from './amz-date.ts'
import { type SignaturePart, SignatureRefusal } from './refusal.ts'

/** What a request says of its own signature; nothing of it is proved. */
export interface ClaimedSignature {
  readonly accessKeyId: string
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
  readonly service: string
  readonly terminal: string
  /** `date/region/service/aws4_request` */
  readonly scope: string
  /** Lower case, sorted. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `20260102T030405Z` */
  readonly signedAt: string
  readonly signedAtMs: number
  /** Of a presigned URL. */
  readonly expiresSeconds: number | undefined
  /** Of temporary credentials. */
  readonly token: string | undefined
}

const algorithm = 'AWS4-HMAC-SHA256'
const longestExpiresSeconds = 604_800

/**
 * From the Authorization header or a presigned URL. Throws SignatureRefusal where there is none or it does not read.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function readClaimedSignature(headers: IncomingHttpHeaders, query: URLSearchParams): ClaimedSignature {
  const { authorization } = headers
  if (authorization === undefined) {
    if (isPresigned(query)) return fromQuery(query)
    throw new SignatureRefusal({ kind: 'anonymous' })
  }
  if (isPresigned(query)) throw new SignatureRefusal({ kind: 'two-mechanisms' })
  return fromHeader(authorization, headers)
}

export function isPresigned(query: URLSearchParams): boolean {
  return query.size > 0 && (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm'))
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): ClaimedSignature {
  const space = authorization.indexOf(' ')
  const given = space < 0 ? authorization : authorization.slice(0, space)
  if (given !== algorithm) throw new SignatureRefusal({ kind: 'unsupported', given })
  const parts: Partial<Record<string, string>> = {}
  for (const part of authorization.slice(algorithm.length).split(',')) {
    const equals = part.indexOf('=')
    if (equals > 0) parts[part.slice(0, equals).trim()] ??= part.slice(equals + 1).trim()
  }
  const { Credential, SignedHeaders, Signature } = parts
  if (!Credential || !SignedHeaders || !Signature)
    throw incomplete(authorization, { Credential, SignedHeaders, Signature })
  const token = headers['x-amz-security-token']
  return {
    ...readCredential(Credential),
    ...readDate(headers),
    signedHeaders: readSignedHeaders(SignedHeaders),
    signature: Signature,
    expiresSeconds: undefined,
    token: token === undefined ? undefined : String(token),
  }
}

function fromQuery(query: URLSearchParams): ClaimedSignature {
  const given = query.get('X-Amz-Algorithm')
  if (given !== algorithm) throw new SignatureRefusal({ kind: 'unsupported', given: given ?? '' })
  const Credential = query.get('X-Amz-Credential')
  const SignedHeaders = query.get('X-Amz-SignedHeaders')
  const Signature = query.get('X-Amz-Signature')
  if (!Credential || !SignedHeaders || !Signature) throw incomplete('', { Credential, SignedHeaders, Signature })
  const signedAt = query.get('X-Amz-Date') ?? undefined
  const signedAtMs = parseAmzDate(signedAt ?? '')
  if (Number.isNaN(signedAtMs)) throw new SignatureRefusal({ kind: 'bad-date', given: signedAt })
  return {
    ...readCredential(Credential),
    signedAt: signedAt!,
    signedAtMs,
    signedHeaders: readSignedHeaders(SignedHeaders),
    signature: Signature,
    expiresSeconds: readExpires(query.get('X-Amz-Expires') ?? ''),
    token: query.get('X-Amz-Security-Token') ?? undefined,
  }
}

function readCredential(
  credential: string,
): Pick<ClaimedSignature, 'accessKeyId' | 'date' | 'region' | 'service' | 'terminal' | 'scope'> {
  const parts = credential.split('/')
  if (parts.length !== 5) throw new SignatureRefusal({ kind: 'malformed-credential', credential })
  const [accessKeyId, date, region, service, terminal] = parts
  return { accessKeyId, date, region, service, terminal, scope: credential.slice(accessKeyId.length + 1) }
}

/** X-Amz-Date, else Date, in AWS's own form or in that of HTTP. */
function readDate(headers: IncomingHttpHeaders): Pick<ClaimedSignature, 'signedAt' | 'signedAtMs'> {
  const own = headers['x-amz-date']
  const given = own === undefined ? headers.date : String(own)
  let signedAtMs = parseAmzDate(given ?? '')
  if (Number.isNaN(signedAtMs) && own === undefined && given !== undefined) signedAtMs = Date.parse(given)
  if (Number.isNaN(signedAtMs)) throw new SignatureRefusal({ kind: 'bad-date', given })
  return { signedAt: formatAmzDate(signedAtMs), signedAtMs }
}

function readSignedHeaders(list: string): readonly string[] {
  return list.toLowerCase().split(';').sort()
}

function readExpires(given: string): number {
  const seconds = /^\d{1,6}$/.test(given) ? Number(given) : NaN
  if (seconds >= 1 && seconds <= longestExpiresSeconds) return seconds
  throw new SignatureRefusal({ kind: 'bad-expires', given })
}

function incomplete(authorization: string, parts: Record<SignaturePart, string | null | undefined>): SignatureRefusal {
  const missing = (['Credential', 'Signature', 'SignedHeaders'] as const).filter((name) => !parts[name])
  return new SignatureRefusal({ kind: 'incomplete', missing, authorization })
}
