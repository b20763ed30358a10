import { S3Error, type S3ErrorCode } from './errors.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { BucketSetting } from './settings/bucket-setting.ts'
import { xmlDocument } from './xml-writer.ts'

/** Kept for a setting that was deleted where that differs from never having been put. */
const deletedDocument = 'null'

/** Throws S3Error MalformedXML and those of the setting. */
export async function putBucketSetting<T>(
  context: S3Context,
  request: BucketRequest,
  setting: BucketSetting<T>,
): Promise<void> {
  const { root } = await receiveDocument(request, setting.root)
  if (root === undefined) {
    throw new S3Error('MissingRequestBodyError')
  }
  const read = setting.shape.read(root)
  const value = setting.check?.(read, context, request) ?? read
  writeSetting(context, request.bucket, setting, value)
  sendEmpty(request, setting.putStatus, setting.headers)
}

export function getBucketSetting<T>(context: S3Context, request: BucketRequest, setting: BucketSetting<T>): void {
  const document = context.catalog.setting(request.bucket, setting.name)
  const isDeleted = document === deletedDocument
  const absent = isDeleted && setting.deleted !== undefined ? setting.deleted : setting.missing
  const value = document === undefined || isDeleted ? absent : (JSON.parse(document) as T)
  if (isErrorCode(value)) throw new S3Error(value, undefined, { BucketName: request.bucket })
  sendXml(request, xmlDocument(setting.root, setting.shape.write(value)), setting.headers)
}

export function deleteBucketSetting<T>(context: S3Context, request: BucketRequest, setting: BucketSetting<T>): void {
  if (setting.deleted === undefined) context.catalog.deleteSetting(request.bucket, setting.name)
  else context.catalog.putSetting(request.bucket, setting.name, deletedDocument)
  sendEmpty(request, 204)
}

/** What holds for the bucket; undefined where nothing does. */
export function readSetting<T>(
  { catalog }: Pick<S3Context, 'catalog'>,
  bucket: string,
  setting: BucketSetting<T>,
): T | undefined {
  const document = catalog.setting(bucket, setting.name)
  if (document === deletedDocument) return undefined
  if (document !== undefined) return JSON.parse(document) as T
  return isErrorCode(setting.missing) ? undefined : setting.missing
}

/** The bucket may have gone while the document was arriving. Throws S3Error NoSuchBucket. */
export function writeSetting<T>({ catalog }: S3Context, bucket: string, setting: BucketSetting<T>, value: T): void {
  catalog.requireBucket(bucket)
  catalog.putSetting(bucket, setting.name, JSON.stringify(value))
}

function isErrorCode(value: unknown): value is S3ErrorCode {
  return typeof value === 'string'
}
