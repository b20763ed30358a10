import type { IncomingHttpHeaders } from 'node:http'

/** Every account and every region is a world of its own: what is made in one is not seen in another. */
export interface World {
  /** Twelve digits. */
  readonly accountId: string
  /** e.g. `us-east-1` */
  readonly region: string
}

/** Who sends a request, read from its credential scope. */
export interface Caller extends World {
  /** Empty for an anonymous request. */
  readonly accessKeyId: string
}

/** Whose AWS this is where the credentials name no account: that of LocalStack and moto's examples too. */
export const defaultAccountId = '000000000000'
export const defaultRegion = 'us-east-1'

const credential = /(?:Credential=|^)([^/\s,]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/

/**
 * Reads account and region from the `Credential=key/date/region/service/aws4_request` of the Authorization header or of
 * a presigned URL's X-Amz-Credential. An access key id of twelve digits is an account's number, as on LocalStack and moto.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function callerOf(headers: IncomingHttpHeaders, query: URLSearchParams): Caller {
  const scope = credentialScope(headers, query)
  if (scope === undefined) return { accessKeyId: '', accountId: defaultAccountId, region: defaultRegion }
  const { accessKeyId, region } = scope
  return { accessKeyId, accountId: /^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccountId, region }
}

/** What a request says that it is signed with and for; nothing of it is proved. Undefined where it does not say. */
export function credentialScope(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): { readonly accessKeyId: string; readonly region: string; readonly service: string } | undefined {
  const found = credential.exec(headers.authorization ?? query.get('X-Amz-Credential') ?? '')
  if (found === null) return undefined
  const [, accessKeyId, region, service] = found
  return { accessKeyId, region, service }
}

export function arnOf(world: World, service: string, resource: string): string {
  return `arn:aws:${service}:${world.region}:${world.accountId}:${resource}`
}
