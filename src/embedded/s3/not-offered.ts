import { S3Error, type S3ErrorCode } from './errors.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

type Run = (context: S3Context, request: BucketRequest) => void | Promise<void>

/** By method and query parameter, as operations.ts finds them: AWS's name, and what is done. */
export type OperationTable = Readonly<Record<string, { readonly name: string; readonly run: Run }>>

/** Refuses: what S3 would do, and why it is not done here. */
function refuse(what: string): Run {
  return () => {
    throw new S3Error('NotImplemented', `${what} not offered here`)
  }
}

/** As for a bucket or an object that has none, which is what every one here is. */
function absent(code: S3ErrorCode, message?: string): Run {
  return (_, { bucket }) => {
    throw new S3Error(code, message, message === undefined ? { BucketName: bucket } : {})
  }
}

const removed: Run = (_, request) => sendEmpty(request, 204)

/** Configurations of which a bucket may have many, each with an id. None is kept; lists are empty. */
function configurations(parameter: string, name: string, list: string): OperationTable {
  const where = `bucket ?${parameter}`
  const none = absent('NoSuchConfiguration', 'The specified configuration does not exist.')
  const empty = xmlDocument(`List${name}sResult`, leaf('IsTruncated', false))
  return {
    [`PUT ${where}`]: { name: `Put${name}`, run: refuse(`${list} are`) },
    [`DELETE ${where}`]: { name: `Delete${name}`, run: none },
    [`GET ${where}`]: {
      name: `Get${name}`,
      run: (context, request) => (request.query.has('id') ? none(context, request) : sendXml(request, empty)),
    },
  }
}

const locked = absent('InvalidRequest', 'Bucket is missing Object Lock Configuration')

/**
 * What is not offered: each is refused by name where it would change something, and read as absent, so that tools that
 * look before they write (Terraform, the CDK) go on.
 */
export const notOffered: OperationTable = {
  ...configurations('analytics', 'BucketAnalyticsConfiguration', 'Storage class analyses'),
  ...configurations('intelligent-tiering', 'BucketIntelligentTieringConfiguration', 'Archive tiers'),
  ...configurations('inventory', 'BucketInventoryConfiguration', 'Inventories'),
  ...configurations('metrics', 'BucketMetricsConfiguration', 'Request metrics'),
  'PUT bucket ?replication': { name: 'PutBucketReplication', run: refuse('Replication is') },
  'GET bucket ?replication': { name: 'GetBucketReplication', run: absent('ReplicationConfigurationNotFoundError') },
  'DELETE bucket ?replication': { name: 'DeleteBucketReplication', run: removed },
  'PUT bucket ?object-lock': { name: 'PutObjectLockConfiguration', run: refuse('Object Lock is') },
  'GET bucket ?object-lock': {
    name: 'GetObjectLockConfiguration',
    run: absent('ObjectLockConfigurationNotFoundError'),
  },
  'GET object ?legal-hold': { name: 'GetObjectLegalHold', run: locked },
  'PUT object ?legal-hold': { name: 'PutObjectLegalHold', run: locked },
  'GET object ?retention': { name: 'GetObjectRetention', run: locked },
  'PUT object ?retention': { name: 'PutObjectRetention', run: locked },
  'POST object ?restore': { name: 'RestoreObject', run: refuse('Restoring archived objects is') },
  'POST object ?select': { name: 'SelectObjectContent', run: refuse('S3 Select is') },
  'GET object ?torrent': { name: 'GetObjectTorrent', run: refuse('BitTorrent is') },
  'PUT object ?renameObject': { name: 'RenameObject', run: refuse('Directory buckets, and renaming in them, are') },
  'GET bucket ?session': { name: 'CreateSession', run: refuse('Directory buckets, and sessions for them, are') },
  'POST bucket ?metadataConfiguration': {
    name: 'CreateBucketMetadataConfiguration',
    run: refuse('Metadata tables are'),
  },
  'POST bucket ?metadataTable': { name: 'CreateBucketMetadataTableConfiguration', run: refuse('Metadata tables are') },
  'POST bucket': { name: 'PostObject', run: refuse('Uploads by HTML forms (POST) are') },
}
