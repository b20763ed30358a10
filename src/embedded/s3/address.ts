import { S3Error } from './errors.ts'
import type { S3Request } from './s3-request.ts'

/** What a request is about. Both are empty for the service itself, the key is empty for a bucket. */
export interface Address {
  readonly bucket: string
  /** Plain text: `..`, `//` and the like are characters of the key and mean nothing here. */
  readonly key: string
}

const baseDomains = ['localhost', 'localhost.localstack.cloud', 'amazonaws.com', 'amazonaws.com.cn']
const regionName = '[a-z]{2}(?:-[a-z]+)+-\\d'
/**
 * What stands before the domain: `s3`, `s3.us-east-1`, `s3-us-west-2` (legacy), `s3.dualstack.us-east-1`,
 * `s3-fips.us-east-1`, `s3-accelerate`, `s3-external-1`, each alone or behind a bucket and a dot.
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
const serviceLabel = new RegExp(
  '^(?:(?<bucket>.+)\\.)?s3' +
    `(?:-external-1|-accelerate(?:\\.dualstack)?|(?:-fips)?(?:\\.dualstack)?(?:[.-]${regionName})?)$`,
)
const otherEndpoint =
  /^(?:.+\.)?s3(?:express)?-(?<kind>accesspoint|website|control|outposts|object-lambda|deprecated|global)(?:[.-]|$)/
const maxKeyBytes = 1024

/**
 * Reads bucket and key from the request line and the Host header, path style (`/bucket/key`) or virtual-hosted style
 * (`bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.us-east-1.amazonaws.com`).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 *
 * `target` must be the raw request target: a URL object would already have resolved `..`.
 * Throws S3Error InvalidURI, KeyTooLongError, or NotImplemented for the hosts of access points, websites and the like.
 */
export function readAddress(target: string, host: string | undefined): Address {
  const path = decodePath(target)
  const hosted = hostBucket(host)
  if (hosted !== undefined) return address(hosted, path.slice(1))
  const slash = path.indexOf('/', 1)
  return slash < 0 ? address(path.slice(1), '') : address(path.slice(1, slash), path.slice(slash + 1))
}

function address(bucket: string, key: string): Address {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > maxKeyBytes) {
    throw new S3Error('KeyTooLongError', undefined, { Size: keyBytes, MaxSizeAllowed: maxKeyBytes })
  }
  return { bucket, key }
}

function decodePath(target: string): string {
  const query = target.indexOf('?')
  let path = query < 0 ? target : target.slice(0, query)
  // A proxy's absolute form, `GET http://host/path`.
  if (!path.startsWith('/')) path = path.replace(/^https?:\/\/[^/]*/i, '') || '/'
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    throw new S3Error('InvalidURI', undefined, { URI: path })
  }
}

/** `/bucket/key` as it is in the URL, also where the bucket is in the host name. */
export function resourcePath({ incoming, bucket }: Pick<S3Request, 'incoming' | 'bucket'>): string {
  const path = (incoming.url ?? '/').split('?', 1)[0]
  return hostBucket(incoming.headers.host) === undefined ? path : `/${bucket}${path}`
}

function hostBucket(host = ''): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const domain = baseDomains.find((base) => name.endsWith(`.${base}`))
  if (domain === undefined) return undefined
  const label = name.slice(0, -domain.length - 1)
  const service = serviceLabel.exec(label)
  if (service !== null) return service.groups?.bucket
  const kind = otherEndpoint.exec(label)?.groups?.kind
  if (kind === undefined) return label
  throw new S3Error('NotImplemented', `S3 ${kind} endpoints are not offered; address the bucket itself`, { Host: name })
}
