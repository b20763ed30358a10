import type { ListedObject } from './catalog.ts'
import { invalidArgument } from './invalid-argument.ts'
import { echoQuery, readListQuery, type ListQuery } from './list-query.ts'
import { commonPrefix, keyAfter, keyAfterPrefix, list, type Listing } from './listing.ts'
import { ownerElement } from './owner.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(context: S3Context, request: BucketRequest): void {
  const { query, found } = request
  const asked = readListQuery(query, 'max-keys')
  const { encode } = asked
  const startAfter = query.get('start-after')
  const token = query.get('continuation-token')
  const from = token !== null ? readToken(token) : startAfter ? keyAfter(startAfter) : ''
  const page = listPage(context, request.bucket, asked, from)
  const owner = query.get('fetch-owner') === 'true' ? ownerElement(found.accountId) : ''
  sendXml(
    request,
    xmlDocument(
      'ListBucketResult',
      leaf('Name', request.bucket),
      ...echoQuery(query, asked),
      leaf('MaxKeys', asked.limit),
      startAfter === null ? '' : leaf('StartAfter', encode(startAfter)),
      leaf('KeyCount', page.entries.length),
      token === null ? '' : leaf('ContinuationToken', token),
      page.next === undefined ? '' : leaf('NextContinuationToken', writeToken(page.next)),
      leaf('IsTruncated', page.next !== undefined),
      ...entryElements(page, encode, owner),
    ),
    { 'x-amz-bucket-region': found.region },
  )
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjects(context: S3Context, request: BucketRequest): void {
  const { query, found } = request
  const asked = readListQuery(query, 'max-keys')
  const { encode } = asked
  const marker = query.get('marker') ?? ''
  const from = keyAfterMarker(marker, asked)
  const page: Listing<ListedObject> =
    from === undefined ? { entries: [], next: undefined } : listPage(context, request.bucket, asked, from)
  const last = page.entries.at(-1)
  const nextMarker = page.next === undefined || asked.delimiter === '' || last === undefined ? '' : entryKey(last)
  sendXml(
    request,
    xmlDocument(
      'ListBucketResult',
      leaf('Name', request.bucket),
      ...echoQuery(query, asked),
      leaf('MaxKeys', asked.limit),
      leaf('Marker', encode(marker)),
      nextMarker === '' ? '' : leaf('NextMarker', encode(nextMarker)),
      leaf('IsTruncated', page.next !== undefined),
      ...entryElements(page, encode, ownerElement(found.accountId)),
    ),
    { 'x-amz-bucket-region': found.region },
  )
}

/**
 * The first key behind a marker; undefined where there can be none. A marker that is itself a common prefix stands for
 * all that it rolled up.
 */
export function keyAfterMarker(marker: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (marker === '') return ''
  const isCommon = marker.startsWith(prefix) && commonPrefix(marker, prefix, delimiter) === marker
  return isCommon ? keyAfterPrefix(marker) : keyAfter(marker)
}

export function prefixElement(prefix: string, encode: (key: string) => string): string {
  return branch('CommonPrefixes', leaf('Prefix', encode(prefix)))
}

export function entryKey(entry: { readonly key: string } | string): string {
  return typeof entry === 'string' ? entry : entry.key
}

function listPage(context: S3Context, bucket: string, asked: ListQuery, from: string): Listing<ListedObject> {
  return list((first, below) => context.catalog.objectsFrom(bucket, first, below), { ...asked, from })
}

function entryElements(page: Listing<ListedObject>, encode: (key: string) => string, owner: string): string[] {
  const contents: string[] = []
  const prefixes: string[] = []
  for (const entry of page.entries) {
    if (typeof entry === 'string') prefixes.push(prefixElement(entry, encode))
    else contents.push(contentsElement(entry, encode, owner))
  }
  return [...contents, ...prefixes]
}

function contentsElement(object: ListedObject, encode: (key: string) => string, owner: string): string {
  return branch(
    'Contents',
    leaf('Key', encode(object.key)),
    leaf('LastModified', new Date(object.modifiedAt).toISOString()),
    leaf('ETag', `"${object.etag}"`),
    leaf('ChecksumAlgorithm', object.checksumAlgorithm),
    leaf('ChecksumType', object.checksumType),
    leaf('Size', object.bytes),
    owner,
    leaf('StorageClass', object.storageClass ?? 'STANDARD'),
  )
}

/** Clients take it as it is. The digit leaves room for another form. */
function writeToken(next: string): string {
  return `1${Buffer.from(next).toString('base64url')}`
}

function readToken(token: string): string {
  const bytes = Buffer.from(token.slice(1), 'base64url')
  const next = bytes.toString()
  if (token !== '' && writeToken(next) === token) return next
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
}
