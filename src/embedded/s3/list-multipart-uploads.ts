import { entryKey, keyAfterMarker, prefixElement } from './list-objects.ts'
import { echoQuery, readListQuery } from './list-query.ts'
import { keyAfter, list } from './listing.ts'
import { initiatorElement, ownerElement } from './owner.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { Upload, Uploads } from './uploads.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

/**
 * Open uploads, by key and then the oldest first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
export function listMultipartUploads({ uploads }: S3Context, request: BucketRequest): void {
  const { query, bucket, found } = request
  const asked = readListQuery(query, 'max-uploads')
  const { encode } = asked
  const keyMarker = query.get('key-marker') ?? ''
  // Without a key marker it means nothing.
  const idMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '')
  const from = idMarker === '' ? keyAfterMarker(keyMarker, asked) : keyMarker
  const seek = (first: string, below: string | undefined) =>
    first === keyMarker && idMarker !== ''
      ? uploadsAfter(uploads, bucket, first, below, idMarker)
      : uploads.uploadsFrom(bucket, first, below)
  const page = from === undefined ? { entries: [], next: undefined } : list(seek, { ...asked, from })

  const last = page.next === undefined ? undefined : page.entries.at(-1)
  const elements = page.entries.map((entry) =>
    typeof entry === 'string' ? prefixElement(entry, encode) : uploadElement(entry, encode, found.accountId),
  )
  sendXml(
    request,
    xmlDocument(
      'ListMultipartUploadsResult',
      leaf('Bucket', bucket),
      leaf('KeyMarker', encode(keyMarker)),
      leaf('UploadIdMarker', idMarker),
      last === undefined ? '' : leaf('NextKeyMarker', encode(entryKey(last))),
      last === undefined ? '' : leaf('NextUploadIdMarker', typeof last === 'string' ? '' : last.uploadId),
      ...echoQuery(query, asked),
      leaf('MaxUploads', asked.limit),
      leaf('IsTruncated', page.next !== undefined),
      ...elements,
    ),
  )
}

function* uploadsAfter(
  uploads: Uploads,
  bucket: string,
  key: string,
  below: string | undefined,
  uploadId: string,
): Iterable<Upload> {
  yield* uploads.uploadsAfter(bucket, key, uploadId)
  yield* uploads.uploadsFrom(bucket, keyAfter(key), below)
}

function uploadElement(upload: Upload, encode: (key: string) => string, accountId: string): string {
  const { key, uploadId, initiatedAt, isChosen, checksumAlgorithm, checksumType } = upload
  const headers = JSON.parse(upload.headers) as StoredHeaders
  return branch(
    'Upload',
    leaf('Key', encode(key)),
    leaf('UploadId', uploadId),
    initiatorElement(accountId),
    ownerElement(accountId),
    leaf('StorageClass', headers['x-amz-storage-class'] ?? 'STANDARD'),
    leaf('Initiated', new Date(initiatedAt).toISOString()),
    isChosen === 1 ? leaf('ChecksumAlgorithm', checksumAlgorithm) + leaf('ChecksumType', checksumType) : '',
  )
}
