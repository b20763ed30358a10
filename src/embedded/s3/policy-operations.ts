import { readSetting } from './bucket-settings.ts'
import { publicAccessDenied } from './canned-acl.ts'
import { S3Error } from './errors.ts'
import { receiveText } from './receive-document.ts'
import { answerHeaders, sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { readPolicy } from './settings/bucket-policy.ts'
import { isPublic } from './settings/public-policy.ts'
import { publicAccessBlock } from './settings/simple-settings.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

const setting = 'policy'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export async function putBucketPolicy(context: S3Context, request: BucketRequest): Promise<void> {
  const { bucket } = request
  const text = await receiveText(request)
  const statements = readPolicy(text, bucket)
  if (isPublic(statements) && readSetting(context, bucket, publicAccessBlock)?.BlockPublicPolicy === true) {
    throw publicAccessDenied(request, 's3:PutBucketPolicy', 'public policies', 'BlockPublicPolicy')
  }
  context.catalog.requireBucket(bucket)
  context.catalog.putSetting(bucket, setting, text)
  sendEmpty(request, 204)
}

/** As it was put, to the byte. */
export function getBucketPolicy(context: S3Context, request: BucketRequest): void {
  const text = requirePolicy(context, request)
  const headers = answerHeaders(request)
  headers['content-type'] = 'application/json'
  headers['content-length'] = Buffer.byteLength(text)
  request.response.writeHead(200, headers).end(text)
}

export function deleteBucketPolicy(context: S3Context, request: BucketRequest): void {
  context.catalog.deleteSetting(request.bucket, setting)
  sendEmpty(request, 204)
}

export function getBucketPolicyStatus(context: S3Context, request: BucketRequest): void {
  const statements = readPolicy(requirePolicy(context, request), request.bucket)
  sendXml(request, xmlDocument('PolicyStatus', leaf('IsPublic', isPublic(statements))))
}

function requirePolicy({ catalog }: S3Context, { bucket }: BucketRequest): string {
  const text = catalog.setting(bucket, setting)
  if (text === undefined) throw new S3Error('NoSuchBucketPolicy', undefined, { BucketName: bucket })
  return text
}
