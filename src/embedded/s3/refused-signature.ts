import {
  type AnswerByKind,
  answerTo,
  type FailedProof,
  type Reason,
  type ReasonOf,
  type SignatureTime,
} from '../signatures/refusal.ts'
import { S3Error } from './errors.ts'
import { isoSeconds } from './s3-request.ts'

/**
 * A refused signature in S3's words. What a presigned URL says wrongly of itself, `checkPresigned` has refused before.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function refusedSignature(reason: Reason): S3Error {
  return answerTo(answers, reason)
}

const answers: AnswerByKind<S3Error> = {
  anonymous: () => new S3Error('AccessDenied'),
  'two-mechanisms': () =>
    new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter ' +
        'or the Authorization header should be specified',
      { ArgumentName: 'Authorization' },
    ),
  unsupported: ({ given }) => unsupported(given),
  incomplete: () =>
    malformed('the authorization header requires three components: Credential, SignedHeaders, and Signature.'),
  'bad-date': () => new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header'),
  'bad-expires': () => new S3Error('AuthorizationQueryParametersError'),
  'malformed-credential': () =>
    malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'),
  'wrong-scope': (reason) => wrongScope(reason),
  'unknown-key': ({ accessKeyId }) => new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId }),
  'wrong-token': () => new S3Error('InvalidToken'),
  expired: ({ time }) => tooSkewed(time),
  early: ({ time }) => tooSkewed(time),
  'expired-url': ({ expiresMs, nowMs }) =>
    new S3Error('AccessDenied', 'Request has expired', {
      ...(!Number.isNaN(expiresMs) && { Expires: isoSeconds(expiresMs) }),
      ServerTime: isoSeconds(nowMs),
    }),
  'unsigned-headers': ({ names }) => {
    const message = 'There were headers present in the request which were not signed'
    return new S3Error('AccessDenied', message, { HeadersNotSigned: names.join(', ') })
  },
  'no-payload-hash': () =>
    new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256'),
  mismatch: ({ proof }) => mismatch(proof),
}

function unsupported(given: string): S3Error {
  if (given === 'AWS' || given.startsWith('AWS4-')) {
    const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
    return new S3Error('InvalidRequest', message)
  }
  return new S3Error('InvalidArgument', 'Unsupported Authorization Type', { ArgumentName: 'Authorization' })
}

function malformed(what: string, details?: Record<string, string>): S3Error {
  return new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${what}`, details)
}

function wrongScope({ part, given, expected }: ReasonOf<'wrong-scope'>): S3Error {
  if (part === 'region')
    return malformed(`the region '${given}' is wrong; expecting '${expected}'`, { Region: expected })
  if (part === 'service') return malformed(`incorrect service "${given}". This endpoint belongs to "${expected}".`)
  if (part === 'terminal') return malformed(`incorrect terminal "${given}". This endpoint uses "${expected}".`)
  const date = expected.slice(0, 8)
  return malformed(`Invalid credential date "${given}". This date is not the same as X-Amz-Date: "${date}".`)
}

function tooSkewed({ signedAt, nowMs, skewMs }: SignatureTime): S3Error {
  return new S3Error('RequestTimeTooSkewed', undefined, {
    RequestTime: signedAt,
    ServerTime: isoSeconds(nowMs),
    MaxAllowedSkewMilliseconds: skewMs,
  })
}

/** With all that whoever signed needs to find out where it differs. */
function mismatch({ accessKeyId, signature, stringToSign, canonicalRequest }: FailedProof): S3Error {
  return new S3Error('SignatureDoesNotMatch', undefined, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signature,
    StringToSignBytes: bytesOf(stringToSign),
    ...(canonicalRequest !== undefined && {
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: bytesOf(canonicalRequest),
    }),
  })
}

/** `41 57 53 34 …` */
function bytesOf(text: string): string {
  return Buffer.from(text)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
}
