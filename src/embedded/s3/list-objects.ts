import type { ListedObject } from './catalog.ts'
import { S3Error } from './errors.ts'
import { commonPrefix, keyAfter, keyAfterPrefix, list, type Listing } from './listing.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const maxKeysPerPage = 1000

interface ListRequest {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  /** Applied to every key in the answer; tokens go as they are. */
  readonly encode: (key: string) => string
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(context: S3Context, request: BucketRequest): void {
  const { query } = request
  const asked = readListRequest(query)
  const { encode } = asked
  const startAfter = query.get('start-after')
  const token = query.get('continuation-token')
  const from = token !== null ? readToken(token) : startAfter ? keyAfter(startAfter) : ''
  const page = listPage(context, request.bucket, asked, from)
  const owner = query.get('fetch-owner') === 'true' ? ownerElement(context) : ''
  sendXml(
    request,
    xmlDocument(
      'ListBucketResult',
      ...echo(request, asked),
      startAfter === null ? '' : leaf('StartAfter', encode(startAfter)),
      leaf('KeyCount', page.entries.length),
      token === null ? '' : leaf('ContinuationToken', token),
      page.next === undefined ? '' : leaf('NextContinuationToken', writeToken(page.next)),
      leaf('IsTruncated', page.next !== undefined),
      ...entryElements(page, encode, owner),
    ),
  )
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjects(context: S3Context, request: BucketRequest): void {
  const { query } = request
  const asked = readListRequest(query)
  const { encode, prefix, delimiter } = asked
  const marker = query.get('marker') ?? ''
  // A marker that is itself a common prefix stands for all that it rolled up.
  const isCommon = marker.startsWith(prefix) && commonPrefix(marker, prefix, delimiter) === marker
  const from = marker === '' ? '' : isCommon ? keyAfterPrefix(marker) : keyAfter(marker)
  const page: Listing<ListedObject> =
    from === undefined ? { entries: [], next: undefined } : listPage(context, request.bucket, asked, from)
  const last = page.entries.at(-1)
  const nextMarker = page.next === undefined || delimiter === '' || last === undefined ? '' : entryKey(last)
  sendXml(
    request,
    xmlDocument(
      'ListBucketResult',
      ...echo(request, asked),
      leaf('Marker', encode(marker)),
      nextMarker === '' ? '' : leaf('NextMarker', encode(nextMarker)),
      leaf('IsTruncated', page.next !== undefined),
      ...entryElements(page, encode, ownerElement(context)),
    ),
  )
}

function listPage(context: S3Context, bucket: string, asked: ListRequest, from: string): Listing<ListedObject> {
  return list((first, below) => context.catalog.objectsFrom(bucket, first, below), { ...asked, from })
}

function readListRequest(query: URLSearchParams): ListRequest {
  const encoding = query.get('encoding-type')
  if (encoding !== null && encoding !== 'url') {
    throw invalid('encoding-type', encoding, 'Invalid Encoding Method specified in Request')
  }
  const maxKeys = query.get('max-keys') ?? String(maxKeysPerPage)
  if (!/^\d{1,10}$/.test(maxKeys)) {
    throw invalid('max-keys', maxKeys, 'Provided max-keys not an integer or within integer range')
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(Number(maxKeys), maxKeysPerPage),
    encode: encoding === null ? (key) => key : encodeUrl,
  }
}

function echo({ bucket, query }: BucketRequest, { prefix, delimiter, limit, encode }: ListRequest): string[] {
  return [
    leaf('Name', bucket),
    leaf('Prefix', encode(prefix)),
    leaf('MaxKeys', limit),
    delimiter === '' ? '' : leaf('Delimiter', encode(delimiter)),
    query.has('encoding-type') ? leaf('EncodingType', 'url') : '',
  ]
}

function entryElements(page: Listing<ListedObject>, encode: (key: string) => string, owner: string): string[] {
  const contents: string[] = []
  const prefixes: string[] = []
  for (const entry of page.entries) {
    if (typeof entry === 'string') prefixes.push(branch('CommonPrefixes', leaf('Prefix', encode(entry))))
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
    leaf('ChecksumType', 'FULL_OBJECT'),
    leaf('Size', object.bytes),
    owner,
    leaf('StorageClass', 'STANDARD'),
  )
}

function ownerElement({ account }: S3Context): string {
  return branch('Owner', leaf('ID', account), leaf('DisplayName', 'turnaround'))
}

function entryKey(entry: ListedObject | string): string {
  return typeof entry === 'string' ? entry : entry.key
}

/** As java.net.URLEncoder does, which S3 uses, but with slashes kept: spaces become `+`. */
function encodeUrl(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
}

/** Clients take it as it is. The digit leaves room for another form. */
function writeToken(next: string): string {
  return `1${Buffer.from(next).toString('base64url')}`
}

function readToken(token: string): string {
  const bytes = Buffer.from(token.slice(1), 'base64url')
  const next = bytes.toString()
  if (token !== '' && writeToken(next) === token) return next
  throw invalid('continuation-token', token, 'The continuation token provided is incorrect')
}

function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}
