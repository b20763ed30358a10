/** Why a request is not taken for signed by who it says. Each protocol has its own words for it. */
export type Reason =
  | { readonly kind: 'anonymous' }
  /** Both an Authorization header and a presigned URL. */
  | { readonly kind: 'two-mechanisms' }
  /** Another algorithm or way to authenticate; `given` names it. */
  | { readonly kind: 'unsupported'; readonly given: string }
  /** `authorization` is the header as it came. */
  | { readonly kind: 'incomplete'; readonly missing: readonly SignaturePart[]; readonly authorization: string }
  /** Not the date that AWS writes; `given` is undefined where there is none. */
  | { readonly kind: 'bad-date'; readonly given: string | undefined }
  /** Not a number of seconds from 1 to a week. */
  | { readonly kind: 'bad-expires'; readonly given: string }
  | { readonly kind: 'malformed-credential'; readonly credential: string }
  | { readonly kind: 'wrong-scope'; readonly part: ScopePart; readonly given: string; readonly expected: string }
  | { readonly kind: 'unknown-key'; readonly accessKeyId: string }
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'expired'; readonly time: SignatureTime }
  | { readonly kind: 'early'; readonly time: SignatureTime }
  /** A presigned URL of Version 2; `expiresMs` is NaN where it says no time. */
  | { readonly kind: 'expired-url'; readonly expiresMs: number; readonly nowMs: number }
  /** Lower-case names of headers that have to be signed. */
  | { readonly kind: 'unsigned-headers'; readonly names: readonly string[] }
  | { readonly kind: 'no-payload-hash' }
  | { readonly kind: 'mismatch'; readonly proof: FailedProof }

/** The one of that kind. */
export type ReasonOf<Kind extends Reason['kind']> = Extract<Reason, { readonly kind: Kind }>

/** What each kind is answered with. */
export type AnswerByKind<Answer> = { readonly [Kind in Reason['kind']]: (reason: ReasonOf<Kind>) => Answer }

export function answerTo<Answer>(answers: AnswerByKind<Answer>, reason: Reason): Answer {
  return (answers[reason.kind] as (reason: Reason) => Answer)(reason)
}

export type SignaturePart = 'Credential' | 'Signature' | 'SignedHeaders'
export type ScopePart = 'date' | 'region' | 'service' | 'terminal'

export interface SignatureTime {
  /** As it came: `20260102T030405Z`. */
  readonly signedAt: string
  readonly nowMs: number
  /** How far a client's clock may be off here. */
  readonly skewMs: number
  readonly isPresigned: boolean
}

/** What was to be signed, so that whoever signed otherwise can compare. Holds no secret. */
export interface FailedProof {
  readonly accessKeyId: string
  readonly signature: string
  readonly stringToSign: string
  /** Undefined for a chunk of a body. */
  readonly canonicalRequest: string | undefined
}

/** A request that is not answered, because it does not prove whose it is. */
export class SignatureRefusal extends Error {
  override readonly name = 'SignatureRefusal'
  readonly reason: Reason
  constructor(reason: Reason) {
    super(`the request's signature is refused: ${reason.kind}`)
    this.reason = reason
  }
}
