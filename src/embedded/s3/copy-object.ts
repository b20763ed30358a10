import type { StoredObject } from './catalog.ts'
import { readCopySource } from './address.ts'
import { checksumElement, readAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'
import { checkRead, readWriteCondition } from './preconditions.ts'
import { commitObject, requireObject, wholeSeconds } from './put-object.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { readStoredHeaders } from './stored-headers.ts'
import { refuseUnsupportedHeaders } from './upload-headers.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

/**
 * The copy shares the source's bytes on disk: a body file is never rewritten, so a second name for it is a copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function copyObject(context: S3Context, request: BucketRequest): void {
  const { headers, bucket, key } = request
  refuseUnsupportedHeaders(headers)
  const from = readCopySource(String(headers['x-amz-copy-source']))
  if (context.catalog.bucket(from.bucket) === undefined) {
    throw new S3Error('NoSuchBucket', undefined, { BucketName: from.bucket })
  }
  const source = requireObject(context, from.bucket, from.key)
  if (checkRead(headers, source, 'x-amz-copy-source-') === 'not-modified') throw new S3Error('PreconditionFailed')
  refuseOtherChecksum(headers['x-amz-checksum-algorithm'], source)
  const isReplacing = readDirective(headers['x-amz-metadata-directive']) === 'REPLACE'
  if (!isReplacing && from.bucket === bucket && from.key === key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
        'metadata, storage class, website redirect location or encryption attributes.',
    )
  }
  const copy: StoredObject = {
    ...source,
    key,
    body: '',
    modifiedAt: wholeSeconds(context.clock.now()),
    headers: isReplacing ? JSON.stringify(readStoredHeaders(headers)) : source.headers,
  }
  const precondition = readWriteCondition(headers)
  commitObject(context, bucket, { ...copy, body: context.bodies.copy(source.body) }, precondition)
  sendXml(
    request,
    xmlDocument(
      'CopyObjectResult',
      leaf('LastModified', new Date(copy.modifiedAt).toISOString()),
      leaf('ETag', `"${copy.etag}"`),
      leaf(checksumElement(copy.checksumAlgorithm), copy.checksum),
      leaf('ChecksumType', 'FULL_OBJECT'),
    ),
    { 'x-amz-server-side-encryption': 'AES256' },
  )
}

function readDirective(text: string | string[] | undefined): 'COPY' | 'REPLACE' {
  if (text === undefined || text === 'COPY') return 'COPY'
  if (text === 'REPLACE') return 'REPLACE'
  throw new S3Error('InvalidArgument', 'Unknown metadata directive.', {
    ArgumentName: 'x-amz-metadata-directive',
    ArgumentValue: String(text),
  })
}

/** A copy keeps the checksum of its source; to compute another would mean to read the body again. */
function refuseOtherChecksum(wanted: string | string[] | undefined, source: StoredObject): void {
  if (wanted === undefined || readAlgorithm(String(wanted)) === source.checksumAlgorithm) return
  throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-checksum-algorithm' })
}
