import {
  deleteBucketSetting,
  getBucketSetting,
  getBucketVersioning,
  putBucketSetting,
  settingNames,
} from './bucket-settings.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { S3Error } from './errors.ts'
import { getObject } from './get-object.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { putObject } from './put-object.ts'
import type { BucketRequest, S3Context, S3Request } from './s3-request.ts'

type Answer = void | Promise<void>

/** Query parameters that make a request another operation. The rest are options, or mean nothing. */
const subresources = new Set([
  ...settingNames,
  ...(
    'abac accelerate acl analytics attributes cors delete intelligent-tiering inventory legal-hold list-type location ' +
    'logging metadataConfiguration metadataTable metrics notification object-lock partNumber policy policyStatus ' +
    'renameObject replication requestPayment restore retention select session torrent uploadId uploads ' +
    'versionId versioning versions website'
  ).split(' '),
])

/** Without a bucket, or before it exists. */
const serviceOperations: Readonly<Record<string, (context: S3Context, request: S3Request) => Answer>> = {
  'GET service': listBuckets,
  'PUT bucket': createBucket,
}

/** On a bucket that exists. A new operation is a line here; what is in neither table is refused. */
const operations: Readonly<Record<string, (context: S3Context, request: BucketRequest) => Answer>> = {
  'HEAD bucket': headBucket,
  'DELETE bucket': deleteBucket,
  'GET bucket': listObjects,
  'GET bucket ?list-type': listObjectsV2,
  'GET bucket ?location': getBucketLocation,
  'GET bucket ?versioning': getBucketVersioning,
  'POST bucket ?delete': deleteObjects,
  'PUT object': putObject,
  'PUT object copy': copyObject,
  'GET object': getObject,
  'HEAD object': getObject,
  'DELETE object': deleteObject,
  ...settingOperations(),
}

function settingOperations(): Record<string, (context: S3Context, request: BucketRequest) => Answer> {
  return Object.fromEntries(
    settingNames.flatMap((name) => [
      [`PUT bucket ?${name}`, (context: S3Context, request: BucketRequest) => putBucketSetting(context, request, name)],
      [`GET bucket ?${name}`, (context: S3Context, request: BucketRequest) => getBucketSetting(context, request, name)],
      [
        `DELETE bucket ?${name}`,
        (context: S3Context, request: BucketRequest) => deleteBucketSetting(context, request, name),
      ],
    ]),
  )
}

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])

/**
 * Finds and performs the operation.
 * Throws S3Error NotImplemented for what S3 has and we lack, MethodNotAllowed for what nobody has, NoSuchBucket.
 */
export async function perform(
  context: S3Context,
  request: S3Request,
  requireBucket: () => BucketRequest,
): Promise<void> {
  const name = operationName(request)
  const onService = serviceOperations[name]
  if (onService !== undefined) return onService(context, request)
  const operation = operations[name]
  if (operation !== undefined) return operation(context, requireBucket())
  const isS3s = methods.has(request.method) && (name.includes('?') || name.startsWith('POST bucket'))
  throw isS3s
    ? new S3Error('NotImplemented', `${name} is not implemented`)
    : new S3Error('MethodNotAllowed', undefined, {
        Method: request.method,
        ResourceType: name.split(' ')[1].toUpperCase(),
      })
}

/** `GET bucket ?location`, `PUT object copy`: the keys of the tables above. */
function operationName({ method, bucket, key, query, headers }: S3Request): string {
  const subject = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  if (query.size > 0) {
    for (const [parameter, value] of query) {
      // The version of what is not versioned.
      if (parameter === 'versionId' && value === 'null') continue
      if (subresources.has(parameter)) return `${method} ${subject} ?${parameter}`
    }
  }
  const isCopy = subject === 'object' && method === 'PUT' && headers['x-amz-copy-source'] !== undefined
  return `${method} ${subject}${isCopy ? ' copy' : ''}`
}
