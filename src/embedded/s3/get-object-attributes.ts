import type { OutgoingHttpHeaders } from 'node:http'
import { checksumElement } from './checksums.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import { readPartMarker, takePage } from './list-parts.ts'
import { versionHeader } from './object-headers.ts'
import { checkRead } from './preconditions.ts'
import { requireObject } from './readable-object.ts'
import { httpDate, sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { partsOf, type ObjectPart, type StoredObject } from './stored-object.ts'
import { askedVersion } from './version-id.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const name = 'x-amz-object-attributes'
const maxParts = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export function getObjectAttributes(context: S3Context, request: BucketRequest): void {
  const { bucket, key, query, headers, found } = request
  const wanted = readWanted(header(headers, name))
  const object = requireObject(context, bucket, key, askedVersion(query))
  const answered: OutgoingHttpHeaders = {
    'last-modified': httpDate(object.modifiedAt),
    ...versionHeader(found, object.versionId),
  }
  if (checkRead(headers, object, context.clock.now()) === 'not-modified') return sendEmpty(request, 304, answered)
  const elements = wanted.map((attribute) => attributes[attribute](object, request))
  sendXml(request, xmlDocument('GetObjectAttributesResponse', ...elements), answered)
}

/** In the order of AWS's documents. */
const attributes = {
  ETag: ({ etag }: StoredObject) => leaf('ETag', etag),
  Checksum: (object: StoredObject) =>
    branch(
      'Checksum',
      leaf(checksumElement(object.checksumAlgorithm), object.checksum),
      leaf('ChecksumType', object.checksumType),
    ),
  ObjectParts: partsElement,
  StorageClass: ({ headers }: StoredObject) =>
    leaf('StorageClass', (JSON.parse(headers) as StoredHeaders)['x-amz-storage-class'] ?? 'STANDARD'),
  ObjectSize: ({ bytes }: StoredObject) => leaf('ObjectSize', bytes),
}

type Attribute = keyof typeof attributes
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of our own table
const names = Object.keys(attributes) as Attribute[]

function readWanted(text: string | undefined): Attribute[] {
  const asked = new Set((text ?? '').split(',').map((part) => part.trim()))
  asked.delete('')
  if (asked.size === 0) {
    throw new S3Error(
      'InvalidRequest',
      `The ${name} header specifying the attributes to be retrieved is either missing or empty`,
    )
  }
  const wanted = names.filter((attribute) => asked.has(attribute))
  if (wanted.length === asked.size) return wanted
  throw invalidArgument('Invalid attribute name specified.', name, text ?? '')
}

/** Only composite checksums make single parts worth telling; others tell how many there are. */
function partsElement(object: StoredObject, { headers }: BucketRequest): string {
  const parts = partsOf(object)
  if (parts.length === 0) return ''
  const count = leaf('PartsCount', parts.length)
  if (object.checksumType !== 'COMPOSITE') return branch('ObjectParts', count)
  const limit = Math.min(
    readPartMarker(header(headers, 'x-amz-max-parts') ?? String(maxParts), 'x-amz-max-parts'),
    maxParts,
  )
  const marker = readPartMarker(header(headers, 'x-amz-part-number-marker'), 'x-amz-part-number-marker')
  const behind = parts.filter(({ number }) => number > marker)
  const { page, isTruncated } = takePage(behind, limit)
  return branch(
    'ObjectParts',
    count,
    leaf('PartNumberMarker', marker),
    leaf('NextPartNumberMarker', page.at(-1)?.number ?? 0),
    leaf('MaxParts', limit),
    leaf('IsTruncated', isTruncated),
    ...page.map((part) => partElement(object, part)),
  )
}

function partElement({ checksumAlgorithm }: StoredObject, { number, bytes, checksum }: ObjectPart): string {
  return branch(
    'Part',
    leaf('PartNumber', number),
    leaf('Size', bytes),
    leaf(checksumElement(checksumAlgorithm), checksum),
  )
}
