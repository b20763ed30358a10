import { readSetting } from './bucket-settings.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { sendEmpty, type S3Context, type S3Request } from './s3-request.ts'
import { corsRules, type CorsRule } from './settings/cors-rules.ts'

/**
 * Answers a browser's question (OPTIONS) whether a page of some origin may send a request.
 * Throws S3Error BadRequest, or AccessForbidden with AWS's reasons.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function answerPreflight(context: S3Context, request: S3Request): void {
  const { headers, bucket } = request
  if (headers.origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.')
  }
  const method = headers['access-control-request-method']
  if (method === undefined) throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null')
  const refuse = (reason: string, ResourceType: string): S3Error =>
    new S3Error('AccessForbidden', `CORSResponse: ${reason}`, { Method: method, ResourceType })
  if (context.catalog.bucket(bucket) === undefined) throw refuse('Bucket not found', 'BUCKET')
  const rules = readSetting(context, bucket, corsRules)
  if (rules === undefined) throw refuse('CORS is not enabled for this bucket.', 'BUCKET')
  const allowed = allowedHeaders(rules.CORSRule, request)
  if (allowed === undefined) {
    throw refuse(
      'This CORS request is not allowed. This is usually because the evalution of Origin, request method / ' +
        "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      'OBJECT',
    )
  }
  sendEmpty(request, 200, allowed)
}

/** Puts on the answer, whatever it will be, what lets a page of the request's origin read it. */
export function allowOrigin(context: S3Context, request: S3Request): void {
  if (request.headers.origin === undefined) return
  const rules = readSetting(context, request.bucket, corsRules)
  const allowed = rules === undefined ? undefined : allowedHeaders(rules.CORSRule, request)
  for (const name in allowed) request.response.setHeader(name, allowed[name])
}

/** What the first rule that fits allows. */
function allowedHeaders(rules: readonly CorsRule[], request: S3Request): Record<string, string> | undefined {
  const origin = request.headers.origin!
  const asked = askedHeaders(request)
  const rule = rules.find((one) => fits(one, request, origin, asked))
  if (rule === undefined) return undefined
  const isAnybodys = rule.AllowedOrigin.includes('*')
  const allowed: Record<string, string> = {
    'access-control-allow-origin': isAnybodys ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethod.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
  if (!isAnybodys) allowed['access-control-allow-credentials'] = 'true'
  if (asked.length > 0) allowed['access-control-allow-headers'] = asked.join(', ')
  if (rule.ExposeHeader.length > 0) allowed['access-control-expose-headers'] = rule.ExposeHeader.join(', ')
  if (rule.MaxAgeSeconds !== undefined) allowed['access-control-max-age'] = String(rule.MaxAgeSeconds)
  return allowed
}

function fits(rule: CorsRule, request: S3Request, origin: string, asked: readonly string[]): boolean {
  const method = request.headers['access-control-request-method'] ?? request.method
  return (
    rule.AllowedMethod.includes(method) &&
    rule.AllowedOrigin.some((pattern) => matches(pattern, origin)) &&
    asked.every((name) => rule.AllowedHeader.some((pattern) => matches(pattern.toLowerCase(), name)))
  )
}

function askedHeaders({ headers }: S3Request): string[] {
  const names = header(headers, 'access-control-request-headers')?.toLowerCase().split(',') ?? []
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

/** With at most one `*`, for any characters. */
function matches(pattern: string, value: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === value
  const start = pattern.slice(0, star)
  const end = pattern.slice(star + 1)
  return value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end)
}
