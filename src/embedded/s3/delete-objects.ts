import type { StoredObject } from './catalog.ts'
import { S3Error } from './errors.ts'
import { checkMatch } from './preconditions.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { childText, type XmlElement } from './xml-reader.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const maxKeys = 1000
const maxKeyBytes = 1024

/** Deleting what is not there succeeds; with If-Match it is NoSuchKey. */
export function deleteObject(context: S3Context, request: BucketRequest): void {
  const etags = request.headers['if-match']
  const removed = context.catalog.deleteObject(request.bucket, request.key, (current) => {
    if (etags !== undefined) checkMatch(etags, current)
  })
  if (removed !== undefined) context.bodies.remove(removed.body)
  sendEmpty(request, 204)
}

/**
 * Up to 1,000 keys in one transaction; each has its own outcome.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function deleteObjects(context: S3Context, request: BucketRequest): Promise<void> {
  const { root } = await receiveDocument(request.incoming, 'Delete', true)
  const isQuiet = root !== undefined && childText(root, 'Quiet')?.trim() === 'true'
  const wanted = root?.children.filter((child) => child.name === 'Object').map(readWanted) ?? []
  if (wanted.length === 0 || wanted.length > maxKeys) throw new S3Error('MalformedXML')

  const removed: StoredObject[] = []
  const outcomes = context.catalog.deleteTogether(() =>
    wanted.map((object) => {
      try {
        const current = deleteWanted(context, request.bucket, object)
        if (current !== undefined) removed.push(current)
        return isQuiet ? '' : branch('Deleted', leaf('Key', object.key))
      } catch (error) {
        if (error instanceof S3Error) return failure(object.key, error)
        throw error
      }
    }),
  )
  for (const object of removed) context.bodies.remove(object.body)
  sendXml(request, xmlDocument('DeleteResult', ...outcomes))
}

interface Wanted {
  readonly key: string
  readonly versionId: string | undefined
  readonly etag: string | undefined
}

function readWanted(element: XmlElement): Wanted {
  const key = childText(element, 'Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  return { key, versionId: childText(element, 'VersionId'), etag: childText(element, 'ETag') }
}

function deleteWanted(context: S3Context, bucket: string, wanted: Wanted): StoredObject | undefined {
  const { key, versionId, etag } = wanted
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error('KeyTooLongError')
  if (versionId !== undefined && versionId !== 'null') {
    throw new S3Error('NotImplemented', 'Versions are not implemented; leave VersionId out')
  }
  return context.catalog.deleteObject(bucket, key, (current) => {
    if (etag !== undefined) checkMatch(etag, current)
  })
}

function failure(key: string, error: S3Error): string {
  return branch('Error', leaf('Key', key), leaf('Code', error.code), leaf('Message', error.message))
}
