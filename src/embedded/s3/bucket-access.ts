import { isBucketName } from './bucket-name.ts'
import type { Bucket, Catalog } from './catalog.ts'
import { S3Error } from './errors.ts'
import type { BucketRequest, S3Request } from './s3-request.ts'

/**
 * The bucket a request names, if the caller may use it here. Names are global, a bucket lives in one region and belongs
 * to one account; a request without signature is taken for one signed in the bucket's region.
 *
 * Throws S3Error NoSuchBucket, InvalidBucketName, PermanentRedirect, AuthorizationHeaderMalformed, AccessDenied.
 */
export function requireBucket(catalog: Catalog, request: S3Request): BucketRequest {
  const { bucket: name, caller } = request
  const found = usableBucket(catalog, name, caller.accountId)
  if (caller.accessKeyId !== '' && caller.region !== found.region) throw wrongRegion(request, found)
  const owner = request.headers['x-amz-expected-bucket-owner']
  if (owner !== undefined && owner !== found.accountId) throw new S3Error('AccessDenied')
  return Object.assign(request, { found })
}

/** Throws S3Error NoSuchBucket, InvalidBucketName, AccessDenied. In whatever region: copies read across regions. */
export function usableBucket(catalog: Catalog, name: string, accountId: string): Bucket {
  const found = catalog.bucket(name)
  if (found === undefined) {
    throw new S3Error(isBucketName(name) ? 'NoSuchBucket' : 'InvalidBucketName', undefined, { BucketName: name })
  }
  if (found.accountId !== accountId) throw new S3Error('AccessDenied')
  return found
}

/**
 * A host name of the bucket's own leads to its region, where the signature's region is wrong; a path leads to the region
 * that was signed for, which knows where the bucket is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
 */
function wrongRegion({ headers, caller }: S3Request, { name, region }: Bucket): S3Error {
  const where = { 'x-amz-bucket-region': region }
  if (headers.host?.startsWith(`${name}.`) === true) {
    const message = `The authorization header is malformed; the region '${caller.region}' is wrong; expecting '${region}'`
    return new S3Error('AuthorizationHeaderMalformed', message, { Region: region }, where)
  }
  const details = { Endpoint: `${name}.s3.${region}.amazonaws.com`, Bucket: name }
  return new S3Error('PermanentRedirect', undefined, details, where)
}
