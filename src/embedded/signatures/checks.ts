import { defaultRegion } from '../identity.ts'
import type { ServiceName } from '../service.ts'
import type { ClaimedSignature } from './claimed-signature.ts'
import { type ScopePart, SignatureRefusal } from './refusal.ts'
import { isSameText } from './same-text.ts'

/** Whether a signature is meant for this service. Throws SignatureRefusal, as all checks do. */
export function checkScope(
  { date, region, service, terminal, signedAt }: ClaimedSignature,
  expected: ServiceName,
): void {
  const wrong = (part: ScopePart, given: string, should: string): SignatureRefusal =>
    new SignatureRefusal({ kind: 'wrong-scope', part, given, expected: should })
  if (terminal !== 'aws4_request') throw wrong('terminal', terminal, 'aws4_request')
  if (service !== expected) throw wrong('service', service, expected)
  if (!/^[a-z0-9-]{1,32}$/.test(region)) throw wrong('region', region, defaultRegion)
  if (date !== signedAt.slice(0, 8)) throw wrong('date', date, signedAt)
}

/** A presigned URL may be used, by the service's clock, until it expires; no URL and no request before its time. */
export function checkTime(
  { signedAt, signedAtMs, expiresSeconds }: ClaimedSignature,
  nowMs: number,
  allowedMs: number,
): void {
  const lastMs = signedAtMs + (expiresSeconds === undefined ? allowedMs : expiresSeconds * 1000)
  const isEarly = signedAtMs > nowMs + allowedMs
  if (nowMs <= lastMs && !isEarly) return
  const time = { signedAt, nowMs, skewMs: allowedMs, isPresigned: expiresSeconds !== undefined }
  throw new SignatureRefusal(isEarly ? { kind: 'early', time } : { kind: 'expired', time })
}

export function checkToken(given: string | undefined, expected: string | undefined): void {
  if (given === expected) return
  if (given !== undefined && expected !== undefined && isSameText(given, expected)) return
  throw new SignatureRefusal({ kind: 'wrong-token' })
}

/** What could change what the request means. S3's payload hash is signed in any case, as the last line of it all. */
export function checkSignedHeaders(rawHeaders: readonly string[], signed: readonly string[], isS3: boolean): void {
  const names: string[] = signed.includes('host') ? [] : ['host']
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase()
    if (!name.startsWith('x-amz-') || signed.includes(name) || (isS3 && name === 'x-amz-content-sha256')) continue
    names.push(name)
  }
  if (names.length > 0) throw new SignatureRefusal({ kind: 'unsigned-headers', names })
}
