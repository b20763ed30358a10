import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { completeMultipartUpload } from './complete-multipart-upload.ts'
import { copyObject } from './copy-object.ts'
import { answerPreflight } from './cors.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { S3Error } from './errors.ts'
import { getObjectAttributes } from './get-object-attributes.ts'
import { getObject } from './get-object.ts'
import { listMultipartUploads } from './list-multipart-uploads.ts'
import { listObjectVersions } from './list-object-versions.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listParts } from './list-parts.ts'
import { abortMultipartUpload, createMultipartUpload } from './multipart-upload.ts'
import { putObject } from './put-object.ts'
import type { BucketRequest, S3Context, S3Request } from './s3-request.ts'
import { settingOperations } from './setting-operations.ts'
import { uploadPartCopy } from './upload-part-copy.ts'
import { uploadPart } from './upload-part.ts'

interface Operation<Request extends S3Request> {
  /** AWS's name: what fault plans and counters know it by. */
  readonly name: string
  readonly run: (context: S3Context, request: Request) => void | Promise<void>
}

/** Query parameters that make a request another operation. The rest are options, or mean nothing. */
const subresources = new Set(
  (
    'abac accelerate acl analytics annotation attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'list-type location logging metadataAnnotationTable metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable metrics notification object-lock ownershipControls ' +
    'policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session ' +
    'tagging torrent uploadId uploads versioning versions website'
  ).split(' '),
)

/** Without a bucket, or before it exists. */
const serviceOperations: Readonly<Record<string, Operation<S3Request>>> = {
  'GET service': { name: 'ListBuckets', run: listBuckets },
  'PUT bucket': { name: 'CreateBucket', run: createBucket },
  // Whatever it is about: a browser asks before any request.
  OPTIONS: { name: 'Preflight', run: answerPreflight },
}

/** On a bucket that exists. A new operation is a line here; what is in neither table is refused. */
const operations: Readonly<Record<string, Operation<BucketRequest>>> = {
  'HEAD bucket': { name: 'HeadBucket', run: headBucket },
  'DELETE bucket': { name: 'DeleteBucket', run: deleteBucket },
  'GET bucket': { name: 'ListObjects', run: listObjects },
  'GET bucket ?list-type': { name: 'ListObjectsV2', run: listObjectsV2 },
  'GET bucket ?location': { name: 'GetBucketLocation', run: getBucketLocation },
  'GET bucket ?uploads': { name: 'ListMultipartUploads', run: listMultipartUploads },
  'GET bucket ?versioning': { name: 'GetBucketVersioning', run: getBucketVersioning },
  'PUT bucket ?versioning': { name: 'PutBucketVersioning', run: putBucketVersioning },
  'GET bucket ?versions': { name: 'ListObjectVersions', run: listObjectVersions },
  'POST bucket ?delete': { name: 'DeleteObjects', run: deleteObjects },
  'PUT object': { name: 'PutObject', run: putObject },
  'PUT object copy': { name: 'CopyObject', run: copyObject },
  'GET object': { name: 'GetObject', run: getObject },
  'HEAD object': { name: 'HeadObject', run: getObject },
  'DELETE object': { name: 'DeleteObject', run: deleteObject },
  'GET object ?attributes': { name: 'GetObjectAttributes', run: getObjectAttributes },
  'POST object ?uploads': { name: 'CreateMultipartUpload', run: createMultipartUpload },
  'PUT object ?uploadId': { name: 'UploadPart', run: uploadPart },
  'PUT object ?uploadId copy': { name: 'UploadPartCopy', run: uploadPartCopy },
  'GET object ?uploadId': { name: 'ListParts', run: listParts },
  'POST object ?uploadId': { name: 'CompleteMultipartUpload', run: completeMultipartUpload },
  'DELETE object ?uploadId': { name: 'AbortMultipartUpload', run: abortMultipartUpload },
  ...settingOperations,
}

/** AWS's names of all that is answered here, some of it with a refusal. */
export const operationNames: readonly string[] = [
  ...new Set([...Object.values(serviceOperations), ...Object.values(operations)].map(({ name }) => name)),
]

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])
/** The share of requests that `--aws-like` refuses as S3 does while it makes room. */
const slowDownShare = 0.01

/**
 * Finds the operation and sends it through the request's gate.
 * Throws S3Error NotImplemented for what S3 has and we lack, MethodNotAllowed for what nobody has, those of
 * `requireBucket`, those of the operation, and InjectedFault.
 */
export async function performOperation(
  context: S3Context,
  request: S3Request,
  requireBucket: () => BucketRequest,
): Promise<void> {
  const form = operationForm(request)
  const onService = serviceOperations[form]
  const onBucket = operations[form]
  const operation = onService?.name ?? onBucket?.name
  if (operation === undefined) throw unknownOperation(request, form)
  const resource = request.key === '' ? request.bucket : `${request.bucket}/${request.key}`
  await request.perform({ service: 's3', operation, resource }, () => {
    if (context.awsLike?.chance('s3/slow-down', slowDownShare) === true) throw new S3Error('SlowDown')
    return onService === undefined ? onBucket.run(context, requireBucket()) : onService.run(context, request)
  })
}

/** `GET bucket ?location`, `PUT object copy`: the keys of the tables above. */
function operationForm({ method, bucket, key, query, headers }: S3Request): string {
  if (method === 'OPTIONS') return method
  const subject = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const isCopy = subject === 'object' && method === 'PUT' && headers['x-amz-copy-source'] !== undefined
  const copy = isCopy ? ' copy' : ''
  if (query.size > 0) {
    for (const parameter of query.keys()) {
      if (subresources.has(parameter)) return `${method} ${subject} ?${parameter}${copy}`
    }
  }
  return `${method} ${subject}${copy}`
}

function unknownOperation({ method }: S3Request, form: string): S3Error {
  if (methods.has(method) && (form.includes('?') || form.startsWith('POST bucket'))) {
    return new S3Error('NotImplemented', `${form} is not implemented`)
  }
  return new S3Error('MethodNotAllowed', undefined, {
    Method: method,
    ResourceType: form.split(' ')[1].toUpperCase(),
  })
}
