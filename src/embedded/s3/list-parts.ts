import { checksumElement } from './checksums.ts'
import { invalidArgument } from './invalid-argument.ts'
import { readPageLimit } from './list-query.ts'
import { requireUpload } from './multipart-upload.ts'
import { initiatorElement, ownerElement } from './owner.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { StoredPart, Upload } from './uploads.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts({ uploads }: S3Context, request: BucketRequest): void {
  const { query, bucket, key, found } = request
  const upload = requireUpload(uploads, request)
  const limit = readPageLimit(query, 'max-parts')
  const marker = readPartMarker(query.get('part-number-marker'), 'part-number-marker')
  const { page, isTruncated } = takePage(uploads.parts(upload, marker), limit)
  const headers = JSON.parse(upload.headers) as StoredHeaders
  sendXml(
    request,
    xmlDocument(
      'ListPartsResult',
      leaf('Bucket', bucket),
      leaf('Key', key),
      leaf('UploadId', upload.uploadId),
      leaf('PartNumberMarker', marker),
      leaf('NextPartNumberMarker', page.at(-1)?.number ?? 0),
      leaf('MaxParts', limit),
      leaf('IsTruncated', isTruncated),
      ...page.map((part) => partElement(upload, part)),
      initiatorElement(found.accountId),
      ownerElement(found.accountId),
      leaf('StorageClass', headers['x-amz-storage-class'] ?? 'STANDARD'),
      upload.isChosen === 1 ? leaf('ChecksumAlgorithm', upload.checksumAlgorithm) : '',
      upload.isChosen === 1 ? leaf('ChecksumType', upload.checksumType) : '',
    ),
  )
}

/** The number of the last part that was seen; 0 for none. Throws S3Error InvalidArgument. */
export function readPartMarker(text: string | null | undefined, name: string): number {
  if (text === null || text === undefined || text === '') return 0
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text)
}

/** Up to `limit`, and whether there are more. */
export function takePage<T>(items: Iterable<T>, limit: number): { page: T[]; isTruncated: boolean } {
  const page: T[] = []
  // As in a listing of keys, a page of none is never cut short.
  if (limit === 0) return { page, isTruncated: false }
  for (const item of items) {
    if (page.length === limit) return { page, isTruncated: true }
    page.push(item)
  }
  return { page, isTruncated: false }
}

function partElement({ checksumAlgorithm, isChosen }: Upload, part: StoredPart): string {
  return branch(
    'Part',
    leaf('PartNumber', part.number),
    leaf('LastModified', new Date(part.modifiedAt).toISOString()),
    leaf('ETag', `"${part.etag}"`),
    leaf('Size', part.bytes),
    isChosen === 1 ? leaf(checksumElement(checksumAlgorithm), part.checksum) : '',
  )
}
