import type { IncomingHttpHeaders } from 'node:http'
import { checksumElement, checksumHeader } from './checksums.ts'
import { commitObject, wholeSeconds } from './commit-object.ts'
import { compositeChecksum, compositeEtag, matchParts, readListedParts, type ListedPart } from './completed-parts.ts'
import { joinBodies } from './copy-bytes.ts'
import { combineCrcs } from './crc-combine.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { encryptionHeaders } from './object-encryption.ts'
import { versionHeader } from './object-headers.ts'
import { requireUpload } from './multipart-upload.ts'
import { readWriteCondition, type WriteCondition } from './preconditions.ts'
import { receiveDocument } from './receive-document.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { NewObject, ObjectPart } from './stored-object.ts'
import type { StoredPart, Upload } from './uploads.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

/** What is answered, and answered again to who did not get it the first time. */
type Outcome = Pick<NewObject, 'etag' | 'checksum'> & { readonly versionId: string }

/**
 * Joins the parts to one body: the object is then a file like any other, with one path to link to and ranges that need
 * no map; the price is that the bytes are copied once (a single part is only linked). Nothing of the object is visible
 * before the commit, which takes the parts away in the same transaction.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(context: S3Context, request: BucketRequest): Promise<void> {
  const { bucket, key, query, headers } = request
  const uploadId = query.get('uploadId') ?? ''
  const { checksumAlgorithm } = context.uploads.require(bucket, key, uploadId)
  // Checksums in the headers of this request are of the object.
  const { root } = await receiveDocument(request, 'CompleteMultipartUpload', false, withoutChecksums(headers))
  const listed = readListedParts(root, checksumAlgorithm)
  await context.completions.alone(uploadId, async () => {
    const upload = context.uploads.require(bucket, key, uploadId)
    if (upload.outcome === '') await complete(context, request, upload, listed)
    else answerAgain(request, upload, listed)
  })
}

async function complete(
  context: S3Context,
  request: BucketRequest,
  upload: Upload,
  listed: readonly ListedPart[],
): Promise<void> {
  const { uploads, catalog, races, clock } = context
  const { bucket, key } = upload
  const parts = matchParts(upload, listed, uploads.parts(upload))
  const whole = describeWhole(upload, parts)
  proveWhole(request, upload, whole)
  const condition = readCompletionCondition(context, request)
  // Asked again at the commit; here it only spares the copying.
  if (condition !== undefined) condition(catalog.object(bucket, key))

  const write = await races.begin(bucket, key)
  try {
    const object = { ...whole, body: await join(context, request, parts), modifiedAt: wholeSeconds(clock.now()) }
    const stored = commitObject(context, request, {
      object,
      condition,
      write,
      event: 'ObjectCreated:CompleteMultipartUpload',
      alongside({ etag, checksum, versionId }) {
        const outcome: Outcome = { etag, checksum, versionId }
        return uploads.complete(requireSame(context, request, parts), JSON.stringify(outcome))
      },
    })
    sendOutcome(request, upload, stored)
  } finally {
    write.end()
  }
}

function describeWhole(upload: Upload, parts: readonly StoredPart[]): Omit<NewObject, 'body' | 'modifiedAt'> {
  const { key, headers, tags, checksumAlgorithm, checksumType } = upload
  const kept: ObjectPart[] = parts.map(({ number, bytes, checksum }) => ({ number, bytes, checksum }))
  return {
    key,
    headers,
    tags,
    checksumAlgorithm,
    checksumType,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    etag: compositeEtag(parts),
    checksum:
      checksumType === 'COMPOSITE'
        ? compositeChecksum(checksumAlgorithm, parts)
        : combineCrcs(checksumAlgorithm, parts),
    parts: JSON.stringify(kept),
  }
}

/** What the request says of the whole. Throws S3Error InvalidRequest, BadDigest. */
function proveWhole({ headers }: BucketRequest, upload: Upload, whole: Pick<NewObject, 'bytes' | 'checksum'>): void {
  const { checksumAlgorithm, checksumType } = upload
  const bytes = header(headers, 'x-amz-mp-object-size')
  if (bytes !== undefined && Number(bytes) !== whole.bytes) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${bytes} does not match what was computed: ${whole.bytes}`,
    )
  }
  const type = header(headers, 'x-amz-checksum-type')
  if (type !== undefined && type.toUpperCase() !== checksumType) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${checksumType} checksum mode. The complete request must use the same checksum mode.`,
    )
  }
  const checksum = header(headers, checksumHeader(checksumAlgorithm))
  if (checksum === undefined || checksum === whole.checksum || checksum === whole.checksum.split('-')[0]) return
  throw new S3Error('BadDigest', `The ${checksumAlgorithm} you specified did not match the calculated checksum.`)
}

/**
 * Where the key was deleted since the upload began, "only if there is none" cannot be promised for the upload's time.
 * Throws S3Error NotImplemented; the condition throws PreconditionFailed, NoSuchKey, ConditionalRequestConflict.
 */
function readCompletionCondition(context: S3Context, request: BucketRequest): WriteCondition | undefined {
  const condition = readWriteCondition(request.headers)
  if (condition === undefined || request.headers['if-none-match'] === undefined) return condition
  return (current) => {
    condition(current)
    if (requireUpload(context.uploads, request).isDisturbed === 0) return
    throw new S3Error('ConditionalRequestConflict', undefined, { Condition: 'If-None-Match', Key: request.key })
  }
}

async function join(context: S3Context, request: BucketRequest, parts: readonly StoredPart[]): Promise<string> {
  const ids = parts.map(({ body }) => body)
  try {
    return ids.length === 1 ? context.bodies.copy(ids[0]) : await joinBodies(context.bodies, ids)
  } catch (error) {
    // A part may have gone while they were joined: then that is what is wrong.
    requireSame(context, request, parts)
    throw error
  }
}

/** Throws S3Error NoSuchUpload where it was aborted meanwhile, InvalidPart where a part was replaced. */
function requireSame({ uploads }: S3Context, request: BucketRequest, parts: readonly StoredPart[]): Upload {
  const upload = requireUpload(uploads, request)
  const there = new Set(Array.from(uploads.parts(upload), ({ body }) => body))
  const lost = parts.find(({ body }) => !there.has(body))
  if (lost === undefined) return upload
  const { etag, number } = lost
  throw new S3Error('InvalidPart', undefined, { ETag: etag, PartNumber: number, UploadId: upload.uploadId })
}

/** Throws S3Error NoSuchUpload where other parts are listed than those the upload was completed with. */
function answerAgain(request: BucketRequest, upload: Upload, listed: readonly ListedPart[]): void {
  const outcome = JSON.parse(upload.outcome) as Outcome
  if (compositeEtag(listed) === outcome.etag) return sendOutcome(request, upload, outcome)
  throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.uploadId })
}

function sendOutcome(request: BucketRequest, upload: Upload, { etag, checksum, versionId }: Outcome): void {
  const { bucket, key, headers, found } = request
  const path = [bucket, ...key.split('/')].map((step) => encodeURIComponent(step)).join('/')
  const document = xmlDocument(
    'CompleteMultipartUploadResult',
    leaf('Location', `http://${headers.host ?? 'localhost'}/${path}`),
    leaf('Bucket', bucket),
    leaf('Key', key),
    leaf('ETag', `"${etag}"`),
    leaf(checksumElement(upload.checksumAlgorithm), checksum),
    leaf('ChecksumType', upload.checksumType),
  )
  sendXml(request, document, {
    ...encryptionHeaders(JSON.parse(upload.headers) as StoredHeaders),
    ...versionHeader(found, versionId),
  })
}

function withoutChecksums(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')))
}
