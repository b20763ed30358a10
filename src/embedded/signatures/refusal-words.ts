import type { ServiceName } from '../service.ts'
import { formatAmzDate } from './amz-date.ts'
import {
  type AnswerByKind,
  answerTo,
  type FailedProof,
  type Reason,
  type ReasonOf,
  type SignaturePart,
  type SignatureTime,
} from './refusal.ts'

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
  const words = answerTo(answers, reason)
  const [code, message] = typeof words === 'function' ? words(service) : words
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

type Words = readonly [Code, string]

const anonymous: Words = ['MissingAuthenticationToken', 'Request is missing Authentication Token']
const invalidToken: Words = ['InvalidClientTokenId', 'The security token included in the request is invalid.']
const tooLate: Words = ['RequestExpired', 'Request has expired.']
const incomplete = (message: string): Words => ['IncompleteSignature', message]
const wrong = (message: string): Words => ['SignatureDoesNotMatch', message]

const answers: AnswerByKind<Words | ((service: ServiceName) => Words)> = {
  anonymous: () => anonymous,
  unsupported: ({ given }) =>
    given.startsWith('AWS4-') ? incomplete(`Unsupported AWS 'algorithm': '${given}'.`) : anonymous,
  'two-mechanisms': () =>
    incomplete('Only one of the Authorization header and the X-Amz-Signature parameter is allowed.'),
  incomplete: ({ missing, authorization }) => incomplete(incompleteWords(missing, authorization)),
  'bad-date': ({ given }) =>
    incomplete(
      given === undefined
        ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        : `Date must be in ISO-8601 'basic format'. Got '${given}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    ),
  'bad-expires': ({ given }) =>
    incomplete(`X-Amz-Expires must be a number of seconds from 1 to 604800. Got '${given}'.`),
  'malformed-credential': ({ credential }) =>
    incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    ),
  'wrong-scope': (reason) => wrong(scopeWords(reason)),
  'unknown-key': () => invalidToken,
  'wrong-token': () => invalidToken,
  expired: ({ time }) => (time.isPresigned ? tooLate : wrong(expiredWords(time))),
  'expired-url': () => tooLate,
  early: ({ time }) => wrong(earlyWords(time)),
  'unsigned-headers': ({ names: [name] }) =>
    wrong(
      `${name === 'host' ? "'Host' or ':authority'" : `'${name}'`} must be a 'SignedHeader' in the AWS Authorization.`,
    ),
  'no-payload-hash': () => incomplete('The request says nothing of its payload.'),
  mismatch:
    ({ proof }) =>
    (service) =>
      wrong(mismatchWords(service, proof)),
}

function incompleteWords(missing: readonly SignaturePart[], authorization: string): string {
  if (authorization === '') {
    const parameters = missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'. `)
    return `${parameters.join('')}Re-examine the query-string parameters.`
  }
  const parameters = missing.map((name) => `Authorization header requires '${name}' parameter. `)
  return `${parameters.join('')}Authorization=${authorization}`
}

function scopeWords({ part, given, expected }: ReasonOf<'wrong-scope'>): string {
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
function mismatchWords(service: ServiceName, { canonicalRequest, stringToSign }: FailedProof): string {
  const message =
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
  if (service !== 'sqs' && service !== 'sts') return message
  return (
    `${message}\n\nThe Canonical String for this request should have been\n'${canonicalRequest ?? ''}'\n\n` +
    `The String-to-Sign should have been\n'${stringToSign}'\n`
  )
}
