import type { ServiceName } from '../service.ts'
import { formatAmzDate } from './amz-date.ts'
import type { Reason, ScopePart, SignaturePart, SignatureTime } from './refusal.ts'

/** What a refused signature is answered with by the services that speak JSON or the query protocol. */
export interface RefusalWords {
  readonly status: number
  /** `__type` of a JSON answer. */
  readonly type: string
  /** Of the query protocol, for the services that speak it. */
  readonly queryCode: string | undefined
  readonly message: string
}

/** By their names in the query protocol. */
const types = {
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  RequestExpired: 'RequestExpired',
  SignatureDoesNotMatch: 'InvalidSignatureException',
}
type Code = keyof typeof types

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function refusalWords(service: ServiceName, reason: Reason): RefusalWords {
  const [code, message] = words(service, reason)
  const prefix = service === 'secretsmanager' ? '' : 'com.amazon.coral.service#'
  const speaksQuery = service === 'sqs' || service === 'sts'
  const isForbidden = speaksQuery && code !== 'IncompleteSignature' && code !== 'RequestExpired'
  return {
    status: isForbidden ? 403 : 400,
    type: prefix + types[code],
    queryCode: speaksQuery ? code : undefined,
    message,
  }
}

function words(service: ServiceName, reason: Reason): [Code, string] {
  switch (reason.kind) {
    case 'anonymous':
      return ['MissingAuthenticationToken', 'Request is missing Authentication Token']
    case 'unsupported':
      return reason.given.startsWith('AWS4-')
        ? ['IncompleteSignature', `Unsupported AWS 'algorithm': '${reason.given}'.`]
        : ['MissingAuthenticationToken', 'Request is missing Authentication Token']
    case 'two-mechanisms':
      return ['IncompleteSignature', 'Only one of the Authorization header and the X-Amz-Signature parameter is allowed.']
    case 'incomplete':
      return ['IncompleteSignature', incompleteWords(reason.missing, reason.authorization)]
    case 'bad-date':
      return [
        'IncompleteSignature',
        reason.given === undefined
          ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
          : `Date must be in ISO-8601 'basic format'. Got '${reason.given}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      ]
    case 'bad-expires':
      return ['IncompleteSignature', `X-Amz-Expires must be a number of seconds from 1 to 604800. Got '${reason.given}'.`]
    case 'malformed-credential':
      return [
        'IncompleteSignature',
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${reason.credential}'`,
      ]
    case 'wrong-scope':
      return ['SignatureDoesNotMatch', scopeWords(reason)]
    case 'unknown-key':
    case 'wrong-token':
      return ['InvalidClientTokenId', 'The security token included in the request is invalid.']
    case 'expired':
      return reason.time.isPresigned
        ? ['RequestExpired', 'Request has expired.']
        : ['SignatureDoesNotMatch', expiredWords(reason.time)]
    case 'expired-url':
      return ['RequestExpired', 'Request has expired.']
    case 'early':
      return ['SignatureDoesNotMatch', earlyWords(reason.time)]
    case 'unsigned-headers': {
      const name = reason.names[0] === 'host' ? "'Host' or ':authority'" : `'${reason.names[0]}'`
      return ['SignatureDoesNotMatch', `${name} must be a 'SignedHeader' in the AWS Authorization.`]
    }
    case 'no-payload-hash':
      return ['IncompleteSignature', 'The request says nothing of its payload.']
    case 'mismatch':
      return ['SignatureDoesNotMatch', mismatchWords(service, reason.proof)]
  }
}

function incompleteWords(missing: readonly SignaturePart[], authorization: string): string {
  if (authorization === '') {
    const parameters = missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'. `)
    return `${parameters.join('')}Re-examine the query-string parameters.`
  }
  const parameters = missing.map((name) => `Authorization header requires '${name}' parameter. `)
  return `${parameters.join('')}Authorization=${authorization}`
}

interface WrongScope {
  readonly part: ScopePart
  readonly given: string
  readonly expected: string
}

function scopeWords({ part, given, expected }: WrongScope): string {
  if (part === 'service') return `Credential should be scoped to correct service: '${expected}'. `
  if (part === 'region') return `Credential should be scoped to a valid region, not '${given}'. `
  if (part === 'terminal') return `Credential should be scoped with a valid terminator: '${expected}', not '${given}'. `
  return (
    'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
    `'${given}' != '${expected.slice(0, 8)}', from '${expected}'.`
  )
}

function expiredWords({ signedAt, nowMs, skewMs }: SignatureTime): string {
  const [now, earliest] = [formatAmzDate(nowMs), formatAmzDate(nowMs - skewMs)]
  return `Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - ${skewMs / 60_000} min.)`
}

function earlyWords({ signedAt, nowMs, skewMs }: SignatureTime): string {
  const [now, latest] = [formatAmzDate(nowMs), formatAmzDate(nowMs + skewMs)]
  return `Signature not yet current: ${signedAt} is still later than ${latest} (${now} + ${skewMs / 60_000} min.)`
}

/** The services that once spoke the query protocol show what they would have signed. */
function mismatchWords(service: ServiceName, { canonicalRequest, stringToSign }: MismatchProof): string {
  const message =
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
  if (service !== 'sqs' && service !== 'sts') return message
  return (
    `${message}\n\nThe Canonical String for this request should have been\n'${canonicalRequest ?? ''}'\n\n` +
    `The String-to-Sign should have been\n'${stringToSign}'\n`
  )
}

type MismatchProof = Extract<Reason, { readonly kind: 'mismatch' }>['proof']
