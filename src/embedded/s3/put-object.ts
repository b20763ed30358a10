import { defaultAlgorithm } from './checksums.ts'
import { commitObject, wholeSeconds } from './commit-object.ts'
import { readExpectedBody } from './expected-body.ts'
import { invalidArgument } from './invalid-argument.ts'
import { expirationHeader } from './lifecycle/expiration-header.ts'
import { storedHeaders } from './object-headers.ts'
import { readWriteCondition } from './preconditions.ts'
import { receiveFile } from './receive-file.ts'
import { sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import { readUploadHeaders } from './upload-headers.ts'

/** What one PUT may carry. */
export const maxPutBytes = 5 * 1024 ** 3

/**
 * The body is taken in whole first; the row is the commit. Whoever reads the old object goes on reading
 * it, and of two writers at once the later commit wins, or loses by its condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function putObject(context: S3Context, request: BucketRequest): Promise<void> {
  const { bucket, key, headers } = request
  refuseVersionId(request)
  const expected = readExpectedBody(headers, maxPutBytes)
  const described = readUploadHeaders(context, request)
  const condition = readWriteCondition(headers)
  // Asked again at the commit; here it only spares the body's way.
  if (condition !== undefined) condition(context.catalog.object(bucket, key))

  const algorithm = expected.checksum?.algorithm ?? defaultAlgorithm
  const write = await context.races.begin(bucket, key)
  try {
    const { body, md5, checksum } = await receiveFile(context.bodies, request, expected, algorithm)
    const object = commitObject(context, request, {
      object: {
        key,
        body,
        bytes: expected.bytes,
        etag: md5.toString('hex'),
        modifiedAt: wholeSeconds(context.clock.now()),
        checksumAlgorithm: algorithm,
        checksum,
        checksumType: 'FULL_OBJECT',
        parts: '',
        ...described,
      },
      condition,
      write,
      event: 'ObjectCreated:Put',
    })
    const expiration = expirationHeader(context, bucket, object)
    sendEmpty(request, 200, { ...storedHeaders(request.found, object), ...expiration })
  } finally {
    write.end()
  }
}

/** Throws S3Error InvalidArgument: what a write is called is not the caller's to say. */
export function refuseVersionId({ query }: BucketRequest): void {
  const versionId = query.size === 0 ? null : query.get('versionId')
  if (versionId === null) return
  throw invalidArgument('This operation does not accept a version-id.', 'versionId', versionId)
}
