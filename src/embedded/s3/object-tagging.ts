import { S3Error } from './errors.ts'
import { receiveDocument } from './receive-document.ts'
import { versionHeader } from './object-headers.ts'
import { requireObject } from './readable-object.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredObject } from './stored-object.ts'
import { checkTags, readTags, tagSetShape, tagsJson, type Tag } from './tag-set.ts'
import { askedVersion } from './version-id.ts'
import { xmlDocument } from './xml-writer.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(context: S3Context, request: BucketRequest): void {
  const object = requireObject(context, request.bucket, request.key, askedVersion(request.query))
  const document = xmlDocument('Tagging', tagSetShape.write({ TagSet: { Tag: readTags(object.tags) } }))
  sendXml(request, document, versionHeader(request.found, object.versionId))
}

/** Replaces all tags of the version. */
export async function putObjectTagging(context: S3Context, request: BucketRequest): Promise<void> {
  const { root } = await receiveDocument(request, 'Tagging')
  if (root === undefined) throw new S3Error('MalformedXML')
  const { TagSet } = tagSetShape.read(root)
  checkTags(TagSet.Tag, 'object')
  const object = replaceTags(context, request, TagSet.Tag, 'ObjectTagging:Put')
  sendEmpty(request, 200, versionHeader(request.found, object.versionId))
}

export function deleteObjectTagging(context: S3Context, request: BucketRequest): void {
  const object = replaceTags(context, request, [], 'ObjectTagging:Delete')
  sendEmpty(request, 204, versionHeader(request.found, object.versionId))
}

function replaceTags(
  context: S3Context,
  request: BucketRequest,
  tags: readonly Tag[],
  event: 'ObjectTagging:Put' | 'ObjectTagging:Delete',
): StoredObject {
  const { catalog, changed } = context
  return catalog.transaction(() => {
    const object = requireObject(context, request.bucket, request.key, askedVersion(request.query))
    catalog.tag(request.bucket, object, tagsJson(tags))
    changed({ event, request, key: object.key, versionId: object.versionId, object })
    return object
  })
}
