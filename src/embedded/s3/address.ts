import { S3Error } from './errors.ts'

/** What a request is about. Both are empty for the service itself, the key is empty for a bucket. */
export interface Address {
  readonly bucket: string
  /** Plain text: `..`, `//` and the like are characters of the key and mean nothing here. */
  readonly key: string
}

const baseDomains = ['localhost', 'localhost.localstack.cloud', 'amazonaws.com']
const serviceLabel = /^(?:(?<bucket>.+)\.)?s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?$/
const maxKeyBytes = 1024

/**
 * Reads bucket and key from the request line and the Host header, path style (`/bucket/key`) or virtual-hosted style
 * (`bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.us-east-1.amazonaws.com`).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 *
 * `target` must be the raw request target: a URL object would already have resolved `..`.
 * Throws S3Error InvalidURI, KeyTooLongError.
 */
export function readAddress(target: string, host: string | undefined): Address {
  const path = decodePath(target)
  const hosted = hostBucket(host)
  if (hosted !== undefined) return address(hosted, path.slice(1))
  const slash = path.indexOf('/', 1)
  return slash < 0 ? address(path.slice(1), '') : address(path.slice(1, slash), path.slice(slash + 1))
}

/** `x-amz-copy-source`: `bucket/key` with or without a leading slash, percent-encoded. */
export function readCopySource(source: string): Address {
  const path = source.startsWith('/') ? source : `/${source}`
  const [, version] = path.split('?versionId=')
  if (version !== undefined && version !== 'null') throw new S3Error('NotImplemented')
  const { bucket, key } = readAddress(path, undefined)
  if (bucket === '' || key === '') {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: source,
    })
  }
  return { bucket, key }
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

function hostBucket(host = ''): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const domain = baseDomains.find((base) => name.endsWith(`.${base}`))
  if (domain === undefined) return undefined
  const label = name.slice(0, -domain.length - 1)
  const service = serviceLabel.exec(label)
  return service === null ? label : service.groups?.bucket
}
