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
export const accountId = '000000000000'
export const region = 'us-east-1'

const credential = /(?:Credential=|^)([^/\s,]+)\/\d{8}\/([a-z0-9-]+)\/[a-z0-9-]+\/aws4_request/

/**
 * Reads account and region from the `Credential=key/date/region/service/aws4_request` of the Authorization header or of
 * a presigned URL's X-Amz-Credential. An access key id of twelve digits is an account's number, as on LocalStack and moto.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function callerOf(headers: IncomingHttpHeaders, query: URLSearchParams): Caller {
  const scope = credential.exec(headers.authorization ?? query.get('X-Amz-Credential') ?? '')
  if (scope === null) return { accessKeyId: '', accountId, region }
  const [, accessKeyId, scopeRegion] = scope
  return { accessKeyId, accountId: /^\d{12}$/.test(accessKeyId) ? accessKeyId : accountId, region: scopeRegion }
}

export function arn(service: string, resource: string): string {
  return arnOf({ accountId, region }, service, resource)
}

export function arnOf(world: World, service: string, resource: string): string {
  return `arn:aws:${service}:${world.region}:${world.accountId}:${resource}`
}
