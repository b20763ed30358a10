import type { Catalog, ListedVersion } from './catalog.ts'
import { invalidArgument } from './invalid-argument.ts'
import { entryKey, keyAfterMarker, prefixElement } from './list-objects.ts'
import { echoQuery, readListQuery } from './list-query.ts'
import { keyAfter, list } from './listing.ts'
import { ownerElement } from './owner.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { nullVersion, readVersionId } from './version-id.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

/** Where a page begins: behind all versions of the keys before, and behind this version of the key. */
interface Place {
  readonly key: string
  /** Of the version that was listed last. */
  readonly sequence: number
}

/**
 * Versions and delete markers, by key and then the newest first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function listObjectVersions({ catalog }: S3Context, request: BucketRequest): void {
  const { query, bucket, found } = request
  const asked = readListQuery(query, 'max-keys')
  const { encode } = asked
  const keyMarker = query.get('key-marker') ?? ''
  const versionMarker = query.get('version-id-marker') ?? ''
  const place = readPlace(catalog, bucket, keyMarker, versionMarker)
  const from = place === undefined ? keyAfterMarker(keyMarker, asked) : place.key
  const seek = (first: string, below: string | undefined) => versionsFrom(catalog, bucket, first, below, place)
  const page = from === undefined ? { entries: [], next: undefined } : list(seek, { ...asked, from })

  const isLatest = latestOf(catalog, bucket, place)
  const owner = ownerElement(found.accountId)
  const versions: string[] = []
  const prefixes: string[] = []
  for (const entry of page.entries) {
    if (typeof entry === 'string') prefixes.push(prefixElement(entry, encode))
    else versions.push(versionElement(entry, isLatest(entry), encode, owner))
  }
  const last = page.next === undefined ? undefined : page.entries.at(-1)
  sendXml(
    request,
    xmlDocument(
      'ListVersionsResult',
      leaf('Name', bucket),
      ...echoQuery(query, asked),
      leaf('KeyMarker', encode(keyMarker)),
      leaf('VersionIdMarker', versionMarker),
      last === undefined ? '' : leaf('NextKeyMarker', encode(entryKey(last))),
      last === undefined || typeof last === 'string' ? '' : leaf('NextVersionIdMarker', last.versionId),
      leaf('MaxKeys', asked.limit),
      leaf('IsTruncated', page.next !== undefined),
      ...versions,
      ...prefixes,
    ),
    { 'x-amz-bucket-region': found.region },
  )
}

/** Throws S3Error InvalidArgument for a version id that is none, or is without a key. */
function readPlace(catalog: Catalog, bucket: string, key: string, versionId: string): Place | undefined {
  if (versionId === '') return undefined
  if (key === '') {
    const message = 'A version-id marker cannot be specified without a key marker.'
    throw invalidArgument(message, 'version-id-marker', versionId)
  }
  const sequence =
    versionId === nullVersion ? catalog.version(bucket, key, versionId)?.sequence : readVersionId(versionId)
  return sequence === undefined ? undefined : { key, sequence }
}

function* versionsFrom(
  catalog: Catalog,
  bucket: string,
  first: string,
  below: string | undefined,
  place: Place | undefined,
): Iterable<ListedVersion> {
  if (place?.key === first) yield* catalog.versionsBelow(bucket, first, place.sequence)
  yield* catalog.versionsFrom(bucket, place?.key === first ? keyAfter(first) : first, below)
}

/** To be asked in the order of the listing: the newest of a key comes first, unless the page begins amid its versions. */
function latestOf(catalog: Catalog, bucket: string, place: Place | undefined): (version: ListedVersion) => boolean {
  let previousKey = place?.key
  const newest = place === undefined ? undefined : catalog.newestSequence(bucket, place.key)
  return ({ key, sequence }) => {
    const isFirst = key !== previousKey || (key === place?.key && sequence === newest)
    previousKey = key
    return isFirst
  }
}

function versionElement(
  version: ListedVersion,
  isLatest: boolean,
  encode: (key: string) => string,
  owner: string,
): string {
  const isMarker = version.isMarker === 1
  return branch(
    isMarker ? 'DeleteMarker' : 'Version',
    leaf('Key', encode(version.key)),
    leaf('VersionId', version.versionId),
    leaf('IsLatest', isLatest),
    leaf('LastModified', new Date(version.modifiedAt).toISOString()),
    isMarker ? '' : contentElements(version),
    owner,
  )
}

function contentElements(version: ListedVersion): string {
  return [
    leaf('ETag', `"${version.etag}"`),
    leaf('ChecksumAlgorithm', version.checksumAlgorithm),
    leaf('ChecksumType', version.checksumType),
    leaf('Size', version.bytes),
    leaf('StorageClass', version.storageClass ?? 'STANDARD'),
  ].join('')
}
