import { EnvironmentError, TurnaroundError } from '../errors.ts'

/** What is known of an error of the SDK, whichever service it came from. */
interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: { readonly [name: string]: string } }
  readonly code?: string
}

/** `kind` for tests and lists, `text` for people: what is wrong and how it is mended. */
export interface Explanation {
  readonly kind: 'missing' | 'denied' | 'credentials' | 'clock' | 'region' | 'unreachable' | 'other'
  readonly text: string
}

interface Rule {
  readonly kind: Explanation['kind']
  /** Held against `name: message`. */
  readonly pattern: RegExp
  readonly say: (error: AwsError) => string
}

const RENEW = 'sign in again (aws sso login), or renew the temporary credentials'

/**
 * The first that fits. Skew stands before signatures and expiry, because AWS reports a wrong clock as either.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
 */
const RULES: readonly Rule[] = [
  {
    kind: 'clock',
    pattern: /RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|Signature (expired|not yet current)/,
    say: () =>
      "this machine's clock is wrong: AWS takes requests within a few minutes of its own time; set it (timedatectl set-ntp true), then run again",
  },
  {
    kind: 'credentials',
    pattern: /ExpiredToken|TokenRefreshRequired|SSO (session|token).*(expired|invalid)|security token.*expired/i,
    say: () => `the AWS credentials have expired: ${RENEW}`,
  },
  {
    kind: 'credentials',
    pattern: /CredentialsProviderError|Could not load credentials|CredentialsError|MissingAuthenticationToken/,
    say: () =>
      'no AWS credentials were found: set AWS_PROFILE, sign in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    kind: 'credentials',
    pattern: /InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClient|InvalidToken/,
    say: () =>
      'AWS does not know the access key: check AWS_PROFILE and AWS_ACCESS_KEY_ID (aws sts get-caller-identity)',
  },
  {
    kind: 'credentials',
    pattern: /SignatureDoesNotMatch|InvalidSignature|IncompleteSignature/,
    say: () => 'the secret access key is not the one of the access key: check AWS_PROFILE and AWS_SECRET_ACCESS_KEY',
  },
  {
    kind: 'region',
    pattern: /PermanentRedirect|AuthorizationHeaderMalformed|^301: |IncorrectEndpoint/,
    say: (error) => {
      const region = error.$response?.headers?.['x-amz-bucket-region']
      return `lies in ${region ? `region ${region}` : 'another region'}: set AWS_REGION${region ? `=${region}` : ''} or --region`
    },
  },
  {
    kind: 'denied',
    pattern: /AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized|^(Forbidden|403): /,
    say: () => 'access is denied',
  },
  {
    kind: 'missing',
    pattern: /QueueDoesNotExist|NonExistentQueue|NoSuchBucket|ResourceNotFound|^(NotFound|404): /,
    say: () => 'does not exist',
  },
  {
    kind: 'unreachable',
    pattern: /ENOTFOUND|EAI_AGAIN/,
    say: () => 'its host cannot be found: check the region (AWS_REGION, --region), the endpoint, and the network',
  },
  {
    kind: 'unreachable',
    pattern: /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|socket hang up/,
    say: (error) =>
      `nothing answers there (${error.code ?? error.name}): check the endpoint, its port, and the network`,
  },
]

/** Any error of the SDK in words. Errors of AWS that are not known keep their own. */
export function explainAwsError(error: unknown): Explanation {
  const known = error as AwsError
  const status = known.$metadata?.httpStatusCode
  // A HEAD has no body to say more: the SDK then calls the error by its status, or "Unknown".
  const name =
    known.name === 'Unknown' || known.name === 'Error' ? String(known.code ?? status ?? known.name) : known.name
  const code = known.code === undefined ? '' : ` ${known.code}`
  const text = `${name}: ${known.message}${code}`
  const rule = RULES.find(({ pattern }) => pattern.test(text))
  return rule === undefined
    ? { kind: 'other', text: `${name}: ${known.message}` }
    : { kind: rule.kind, text: rule.say(known) }
}

/** An error of the SDK that ends a command, as what a user can mend; others as they are. */
export function asEnvironmentError(error: unknown, environmentName: string): unknown {
  if (error instanceof TurnaroundError || !(error instanceof Error)) return error
  const isAws = '$metadata' in error || '$fault' in error || error.name === 'CredentialsProviderError'
  if (!isAws) return error
  const { kind, text } = explainAwsError(error)
  const said = kind === 'other' ? '' : ` (${error.name}: ${error.message})`
  return new EnvironmentError(`${environmentName} refused a call: ${text}${said}`, { cause: error })
}
