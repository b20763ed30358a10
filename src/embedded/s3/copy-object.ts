import type { StoredObject } from './catalog.ts'
import { checksumElement, readAlgorithm, type ChecksumAlgorithm } from './checksums.ts'
import { commitObject, wholeSeconds } from './commit-object.ts'
import { digestBody } from './copy-bytes.ts'
import { readCopySource, type CopySource } from './copy-source.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { encryptionHeaders } from './object-encryption.ts'
import { versionHeader } from './object-headers.ts'
import { readWriteCondition } from './preconditions.ts'
import { maxPutBytes, refuseVersionId } from './put-object.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { changesSomething, readCopyHeaders } from './upload-headers.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

/**
 * The copy of a file shares the source's bytes on disk: it is never rewritten, so a second name for it is a copy. What
 * was uploaded in parts becomes one piece, with the ETag and the checksum of one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(context: S3Context, request: BucketRequest): Promise<void> {
  const { bucket, key, headers, found } = request
  refuseVersionId(request)
  const condition = readWriteCondition(headers)
  const source = readCopySource(context, request)
  const described = readCopyHeaders(context, request, source.object)
  refuseLarge(source.object)
  if (isOntoItself(request, source) && !changesSomething(request)) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
        'metadata, storage class, website redirect location or encryption attributes.',
    )
  }
  const wanted = header(headers, 'x-amz-checksum-algorithm')
  const algorithm = wanted === undefined ? source.object.checksumAlgorithm : readAlgorithm(wanted)
  // In the turn that read the row: later the source may be gone.
  const body = context.bodies.copy(source.object.body)
  const write = await context.races.begin(bucket, key)
  try {
    const digests = await digestsOf(context, source.object, body, algorithm)
    const copy = commitObject(context, request, {
      object: {
        key,
        body,
        bytes: source.object.bytes,
        modifiedAt: wholeSeconds(context.clock.now()),
        checksumAlgorithm: algorithm,
        checksumType: 'FULL_OBJECT',
        parts: '',
        ...digests,
        ...described,
      },
      condition,
      write,
      event: 'ObjectCreated:Copy',
    })
    sendXml(request, copyResult('CopyObjectResult', copy), {
      ...sourceVersionHeader(source),
      ...encryptionHeaders(JSON.parse(copy.headers) as StoredHeaders),
      ...versionHeader(found, copy.versionId),
    })
  } finally {
    write.end()
  }
}

/** The answer's document, of CopyObject and UploadPartCopy alike. */
export function copyResult(
  name: string,
  copy: Pick<StoredObject, 'modifiedAt' | 'etag' | 'checksumAlgorithm' | 'checksum'> & {
    readonly checksumType?: string
  },
): string {
  const { modifiedAt, etag, checksumAlgorithm, checksum, checksumType } = copy
  return xmlDocument(
    name,
    leaf('LastModified', new Date(modifiedAt).toISOString()),
    leaf('ETag', `"${etag}"`),
    leaf(checksumElement(checksumAlgorithm), checksum),
    checksumType === undefined ? '' : leaf('ChecksumType', checksumType),
  )
}

export function sourceVersionHeader({ bucket, object }: CopySource): Record<string, string> {
  return bucket.versioning === '' ? {} : { 'x-amz-copy-source-version-id': object.versionId }
}

/** An old version copied onto its key is how it is brought back. */
function isOntoItself({ bucket, key }: BucketRequest, source: CopySource): boolean {
  return source.bucket.name === bucket && source.object.key === key && !source.isVersioned
}

function refuseLarge({ bytes }: StoredObject): void {
  if (bytes <= maxPutBytes) return
  throw new S3Error(
    'InvalidRequest',
    `The specified copy source is larger than the maximum allowable size for a copy source: ${maxPutBytes}`,
  )
}

async function digestsOf(
  { bodies }: S3Context,
  source: StoredObject,
  body: string,
  algorithm: ChecksumAlgorithm,
): Promise<{ etag: string; checksum: string }> {
  const { etag, checksum } = source
  if (source.parts === '' && source.checksumAlgorithm === algorithm) return { etag, checksum }
  try {
    const computed = await digestBody(bodies, body, algorithm)
    return { etag: computed.md5.toString('hex'), checksum: computed.checksum }
  } catch (error) {
    bodies.discard(body)
    throw error
  }
}
