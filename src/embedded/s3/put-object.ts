import type { OutgoingHttpHeaders } from 'node:http'
import type { StoredObject } from './catalog.ts'
import { checksumHeader, defaultAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'
import { readExpectedBody } from './expected-body.ts'
import { readWriteCondition } from './preconditions.ts'
import { receiveBody, type ReceivedBody } from './receive-body.ts'
import { sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import { readStoredHeaders } from './stored-headers.ts'
import { refuseUnsupportedHeaders } from './upload-headers.ts'

/** What one PUT may carry. */
const maxObjectBytes = 5 * 1024 ** 3

/**
 * The body is written to a file of its own first; the row is the commit. Whoever reads the old object goes on reading
 * it, and of two writers at once the later commit wins, or loses by its condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function putObject(context: S3Context, request: BucketRequest): Promise<void> {
  const { catalog, bodies } = context
  const { bucket, key, headers } = request
  refuseUnsupportedHeaders(headers)
  const expected = readExpectedBody(headers, maxObjectBytes)
  const storedHeaders = readStoredHeaders(headers)
  const precondition = readWriteCondition(headers)
  // Asked again at the commit; here it only spares the body's way.
  if (headers['if-match'] !== undefined || headers['if-none-match'] !== undefined) {
    precondition(catalog.object(bucket, key))
  }

  const algorithm = expected.checksum?.algorithm ?? defaultAlgorithm
  const writer = bodies.create()
  let received: ReceivedBody
  try {
    received = await receiveBody(request.incoming, expected, algorithm, writer)
    await writer.finish()
  } catch (error) {
    await writer.abandon()
    bodies.remove(writer.id)
    throw error
  }
  const object: StoredObject = {
    key,
    body: writer.id,
    bytes: expected.bytes,
    etag: received.md5.toString('hex'),
    modifiedAt: wholeSeconds(context.clock.now()),
    checksumAlgorithm: algorithm,
    checksum: received.checksum,
    headers: JSON.stringify(storedHeaders),
  }
  commitObject(context, bucket, object, precondition)
  sendEmpty(request, 200, storedAnswer(object))
}

/** Makes a written body the object, and drops the body it replaces; or drops the new one where it is refused. */
export function commitObject(
  { catalog, bodies }: S3Context,
  bucket: string,
  object: StoredObject,
  precondition: (current: StoredObject | undefined) => void,
): void {
  let replaced: StoredObject | undefined
  try {
    replaced = catalog.putObject(bucket, object, precondition)
  } catch (error) {
    bodies.remove(object.body)
    throw error
  }
  bodies.keep(object.body)
  if (replaced !== undefined) bodies.remove(replaced.body)
}

/** S3 keeps times of objects in seconds; a listing shows `.000Z`. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}

function storedAnswer(object: StoredObject): OutgoingHttpHeaders {
  return {
    etag: `"${object.etag}"`,
    [checksumHeader(object.checksumAlgorithm)]: object.checksum,
    'x-amz-checksum-type': 'FULL_OBJECT',
    'x-amz-server-side-encryption': 'AES256',
  }
}

/** Throws S3Error NoSuchKey. */
export function requireObject(context: S3Context, bucket: string, key: string): StoredObject {
  const object = context.catalog.object(bucket, key)
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key })
  return object
}
