import { S3Error } from './errors.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { childText } from './xml-reader.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

/**
 * Once on, versioning can only be suspended. MFA delete is refused: there is nobody's device to ask.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
 */
export async function putBucketVersioning(context: S3Context, request: BucketRequest): Promise<void> {
  const { root } = await receiveDocument(request, 'VersioningConfiguration')
  if (root === undefined) throw new S3Error('MalformedXML')
  const status = childText(root, 'Status')
  const mfaDelete = childText(root, 'MfaDelete') ?? childText(root, 'MFADelete')
  if (mfaDelete !== undefined && mfaDelete !== 'Disabled') {
    throw new S3Error('NotImplemented', 'MFA delete is not implemented')
  }
  if (status === undefined) throw new S3Error('IllegalVersioningConfigurationException')
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML')
  context.catalog.requireBucket(request.bucket)
  context.catalog.setVersioning(request.bucket, status)
  sendEmpty(request, 200)
}

export function getBucketVersioning(_: S3Context, request: BucketRequest): void {
  const { versioning } = request.found
  sendXml(request, xmlDocument('VersioningConfiguration', versioning === '' ? '' : leaf('Status', versioning)))
}
