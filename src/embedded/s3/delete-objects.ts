import type { OutgoingHttpHeaders } from 'node:http'
import type { BodyChange } from './bodies.ts'
import type { Precondition, Removal } from './catalog.ts'
import { wholeSeconds } from './commit-object.ts'
import { S3Error } from './errors.ts'
import { checkMatch } from './preconditions.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { askedVersion } from './version-id.ts'
import { childText, type XmlElement } from './xml-reader.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const maxKeys = 1000
const maxKeyBytes = 1024
/** Conditions of directory buckets, which others refuse. */
const refused = ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']

/** One object, or one version of it, that is to go. */
interface Wanted {
  readonly key: string
  readonly versionId: string | undefined
  /** The condition: entity tags, quoted or not, or `*`. */
  readonly etags: string | undefined
}

/**
 * Deleting what is not there succeeds; with If-Match it is NoSuchKey.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
export async function deleteObject(context: S3Context, request: BucketRequest): Promise<void> {
  const { headers, key, query, bucket } = request
  const condition = refused.find((name) => headers[name] !== undefined)
  if (condition !== undefined) throw new S3Error('NotImplemented', undefined, { Header: condition })
  const versionId = askedVersion(query)
  const write = await context.races.begin(bucket, key)
  try {
    const wanted = { key, versionId, etags: headers['if-match'] }
    const removal = context.bodies.transaction((change) =>
      remove(context, request, wanted, change, write.checkConflict),
    )
    sendEmpty(request, 204, removalHeaders(request, removal, versionId))
  } finally {
    write.end()
  }
}

/**
 * Up to 1,000 keys in one transaction; each has its own outcome.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function deleteObjects(context: S3Context, request: BucketRequest): Promise<void> {
  const { root } = await receiveDocument(request, 'Delete', true)
  const isQuiet = root !== undefined && childText(root, 'Quiet')?.trim() === 'true'
  const wanted = root?.children.filter((child) => child.name === 'Object').map(readWanted) ?? []
  if (wanted.length === 0 || wanted.length > maxKeys) throw new S3Error('MalformedXML')

  const outcomes = context.bodies.transaction((change) =>
    wanted.map((object) => {
      try {
        const removal = remove(context, request, object, change)
        return isQuiet ? '' : deletedElement(object, removal)
      } catch (error) {
        if (error instanceof S3Error) return errorElement(object, error)
        throw error
      }
    }),
  )
  sendXml(request, xmlDocument('DeleteResult', ...outcomes))
}

/** Within a transaction. `checkConflict` is asked where there is a condition. */
function remove(
  context: S3Context,
  request: BucketRequest,
  wanted: Wanted,
  change: BodyChange,
  checkConflict = () => {},
): Removal {
  const { catalog, uploads, clock } = context
  const { bucket } = request
  const { key, versionId, etags } = wanted
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error('KeyTooLongError')
  const precondition: Precondition = (current) => {
    if (etags === undefined) return
    checkMatch(etags, current)
    checkConflict()
  }
  const removal =
    versionId === undefined
      ? catalog.delete(bucket, key, wholeSeconds(clock.now()), precondition)
      : catalog.deleteVersion(bucket, key, versionId, precondition)
  change.drop(removal.bodies)
  uploads.disturb(bucket, key)
  if (removal.isChange) {
    const isNewMarker = removal.isMarker && versionId === undefined
    const event = isNewMarker ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectRemoved:Delete'
    context.changed({ event, request, key, versionId: removal.versionId, object: undefined })
  }
  return removal
}

function removalHeaders({ found }: BucketRequest, removal: Removal, versionId?: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  if (removal.isMarker) headers['x-amz-delete-marker'] = 'true'
  if (versionId !== undefined || found.versioning !== '') headers['x-amz-version-id'] = removal.versionId
  return headers
}

function readWanted(element: XmlElement): Wanted {
  const key = childText(element, 'Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  const unsupported = ['LastModifiedTime', 'Size'].find((name) => childText(element, name) !== undefined)
  if (unsupported !== undefined) throw new S3Error('NotImplemented')
  return { key, versionId: childText(element, 'VersionId'), etags: childText(element, 'ETag') }
}

function deletedElement({ key, versionId }: Wanted, removal: Removal): string {
  const { isMarker } = removal
  return branch(
    'Deleted',
    leaf('Key', key),
    versionId === undefined ? '' : leaf('VersionId', versionId),
    isMarker ? leaf('DeleteMarker', true) + leaf('DeleteMarkerVersionId', removal.versionId) : '',
  )
}

function errorElement({ key, versionId }: Wanted, error: S3Error): string {
  return branch(
    'Error',
    leaf('Key', key),
    versionId === undefined ? '' : leaf('VersionId', versionId),
    leaf('Code', error.code),
    leaf('Message', error.message),
  )
}
