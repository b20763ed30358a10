import { S3Error, type S3ErrorCode } from './errors.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { XmlElement } from './xml-reader.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

interface Setting {
  /** Root element of its document. */
  readonly root: string
  /** What GET answers where nothing was put. */
  readonly missing: S3ErrorCode | { readonly document: string }
  readonly putStatus: 200 | 204
  readonly check?: (root: XmlElement) => void
}

const defaultEncryption = xmlDocument(
  'ServerSideEncryptionConfiguration',
  branch(
    'Rule',
    branch('ApplyServerSideEncryptionByDefault', leaf('SSEAlgorithm', 'AES256')),
    leaf('BucketKeyEnabled', false),
  ),
)

/**
 * Settings that are kept and given back as they were put, by the name of their query parameter. They change nothing
 * here: objects do not expire, nobody is anonymous, answers always say AES256 (other encryption is refused). A setting
 * that would change what requests answer (versioning, policy, cors, …) is not among them and is refused.
 */
const settings: Readonly<Record<string, Setting>> = {
  encryption: {
    root: 'ServerSideEncryptionConfiguration',
    missing: { document: defaultEncryption },
    putStatus: 200,
    check: refuseOtherEncryption,
  },
  lifecycle: { root: 'LifecycleConfiguration', missing: 'NoSuchLifecycleConfiguration', putStatus: 200 },
  ownershipControls: { root: 'OwnershipControls', missing: 'OwnershipControlsNotFoundError', putStatus: 200 },
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    missing: 'NoSuchPublicAccessBlockConfiguration',
    putStatus: 200,
  },
  tagging: { root: 'Tagging', missing: 'NoSuchTagSet', putStatus: 204 },
}

export const settingNames = Object.keys(settings)

export async function putBucketSetting(context: S3Context, request: BucketRequest, name: string): Promise<void> {
  const setting = settings[name]
  const { text, root } = await receiveDocument(request.incoming, setting.root)
  if (root === undefined) throw new S3Error('MalformedXML')
  setting.check?.(root)
  if (context.catalog.bucket(request.bucket) === undefined) throw new S3Error('NoSuchBucket')
  context.catalog.putSetting(request.bucket, name, text)
  sendEmpty(request, setting.putStatus)
}

export function getBucketSetting(context: S3Context, request: BucketRequest, name: string): void {
  const document = context.catalog.setting(request.bucket, name)
  const { missing } = settings[name]
  if (document !== undefined) return sendXml(request, document)
  if (typeof missing !== 'string') return sendXml(request, missing.document)
  throw new S3Error(missing, undefined, { BucketName: request.bucket })
}

export function deleteBucketSetting(context: S3Context, request: BucketRequest, name: string): void {
  context.catalog.deleteSetting(request.bucket, name)
  sendEmpty(request, 204)
}

/** Buckets are never versioned here, which an empty document says. */
export function getBucketVersioning(_: S3Context, request: BucketRequest): void {
  sendXml(request, xmlDocument('VersioningConfiguration'))
}

function refuseOtherEncryption(element: XmlElement): void {
  if (element.name === 'SSEAlgorithm' && element.text !== 'AES256') {
    throw new S3Error('NotImplemented', `Server-side encryption ${element.text} is not implemented; use AES256`)
  }
  element.children.forEach(refuseOtherEncryption)
}
