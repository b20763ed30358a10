import { hash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { arnOf, type World } from '../identity.ts'
import { readSetting } from './bucket-settings.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { BucketRequest, S3Context } from './s3-request.ts'
import { encryption } from './settings/encryption.ts'
import type { StoredHeaders } from './stored-headers.ts'

const prefix = 'x-amz-server-side-encryption'
const keyId = `${prefix}-aws-kms-key-id`
const bucketKey = `${prefix}-bucket-key-enabled`
const algorithms = new Set(['AES256', 'aws:kms', 'aws:kms:dsse'])

/**
 * How an object is said to be encrypted: as its upload asks, else as its bucket's setting says. Empty for AES256, which
 * is what an answer says otherwise. Nothing is encrypted here, and no key is looked up.
 *
 * Throws S3Error InvalidArgument, or NotImplemented for keys of the customer's (SSE-C).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 */
export function readEncryption(context: S3Context, request: BucketRequest): StoredHeaders {
  const { headers, found } = request
  refuseCustomerKeys(request)
  const algorithm = header(headers, prefix)
  const key = header(headers, keyId)
  if (algorithm === undefined && key === undefined) return bucketEncryption(context, request)
  if (algorithm !== undefined && !algorithms.has(algorithm)) {
    throw invalidArgument('The encryption method specified is not supported', prefix, algorithm)
  }
  if (key !== undefined && (algorithm === undefined || algorithm === 'AES256')) {
    const message = `Server Side Encryption with AWS KMS managed key requires HTTP header ${prefix} : aws:kms`
    throw invalidArgument(message, prefix, algorithm ?? 'null')
  }
  return stored(algorithm ?? 'AES256', key, header(headers, bucketKey) === 'true', found)
}

/** Of answers about an object: GET, HEAD and those of its upload. */
export function encryptionHeaders(headers: Readonly<StoredHeaders>): OutgoingHttpHeaders {
  const shown: OutgoingHttpHeaders = { [prefix]: headers[prefix] ?? 'AES256' }
  if (headers[keyId] !== undefined) shown[keyId] = headers[keyId]
  if (headers[bucketKey] !== undefined) shown[bucketKey] = headers[bucketKey]
  return shown
}

/** Throws S3Error NotImplemented: to store the object in the clear would be a quiet no. */
export function refuseCustomerKeys({ headers }: Pick<BucketRequest, 'headers'>): void {
  const found = [`${prefix}-customer-algorithm`, `x-amz-copy-source-server-side-encryption-customer-algorithm`].find(
    (name) => headers[name] !== undefined,
  )
  if (found === undefined) return
  const message = 'Server-side encryption with keys of the customer (SSE-C) is not offered; use AES256 or aws:kms'
  throw new S3Error('NotImplemented', message, { Header: found })
}

function bucketEncryption(context: S3Context, { bucket, found }: BucketRequest): StoredHeaders {
  const rule = readSetting(context, bucket, encryption)?.Rule[0]
  const applied = rule?.ApplyServerSideEncryptionByDefault
  return stored(applied?.SSEAlgorithm ?? 'AES256', applied?.KMSMasterKeyID, rule?.BucketKeyEnabled === true, found)
}

function stored(algorithm: string, key: string | undefined, hasBucketKey: boolean, world: World): StoredHeaders {
  if (algorithm === 'AES256') return {}
  const shown: StoredHeaders = { [prefix]: algorithm, [keyId]: keyArn(key, world) }
  if (hasBucketKey) shown[bucketKey] = 'true'
  return shown
}

/** AWS shows the ARN, whichever way the key was named; without a name it is the account's own key for S3. */
function keyArn(key: string | undefined, world: World): string {
  if (key?.startsWith('arn:') === true) return key
  if (key?.startsWith('alias/') === true) return arnOf(world, 'kms', key)
  return arnOf(world, 'kms', `key/${key ?? managedKey(world)}`)
}

function managedKey({ accountId, region }: World): string {
  const digits = hash('sha256', `aws/s3 ${accountId} ${region}`)
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')
}
