import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { BuildMiddleware } from '@smithy/types'
import { explainAwsError } from '../environment/explain-aws-error.ts'
import { EnvironmentError, NotFoundError } from '../errors.ts'
import { underPrefix } from './layout.ts'
import { checkKey } from './object-key.ts'
import { storedObject } from './stored-object.ts'
import type { ObjectStore } from './stores.ts'

export interface S3StoreOptions {
  readonly client: S3Client
  readonly bucket: string
  /** In front of every key; empty for the bucket itself. */
  readonly prefix: string
  /** How S3 encrypts what is stored: with its own key, or with one of KMS. Default: as the bucket says. */
  readonly encryption?: 'AES256' | { readonly kmsKeyId: string }
}

/**
 * Objects in a bucket under a prefix. The SHA-256 of a body is computed here, once: S3 checks it, keeps it with the
 * object and answers it to whoever asks. Throws NotFoundError with the full key, InvalidKeyError as local disk does, and
 * EnvironmentError for everything else that S3 or the network says, after the SDK's own retries.
 */
export function s3Store({ client, bucket, prefix, encryption }: S3StoreOptions): ObjectStore {
  return {
    async put(key, body) {
      checkKey(key)
      const Key = underPrefix(prefix, key)
      const stored = storedObject(key, body)
      const ChecksumSHA256 = Buffer.from(stored.sha256, 'hex').toString('base64')
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key,
        Body: body,
        ChecksumSHA256,
        ...encrypted(encryption),
      })
      command.middlewareStack.add(withContentSha256(stored.sha256), { step: 'build' })
      await translatingFaults(bucket, Key, () => client.send(command))
      return stored
    },
    async get(key) {
      checkKey(key)
      const Key = underPrefix(prefix, key)
      return translatingFaults(bucket, Key, async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
        if (!Body) throw new Error('S3 answered without a body')
        return Body.transformToByteArray()
      })
    },
  }
}

export function encrypted(
  encryption: S3StoreOptions['encryption'],
): Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  if (encryption === undefined || encryption === 'AES256') return { ServerSideEncryption: encryption }
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption.kmsKeyId }
}

/** The body's SHA-256 is known here; without this the SDK would compute it once more to sign the request. */
function withContentSha256(sha256: string): BuildMiddleware<PutObjectCommandInput, PutObjectCommandOutput> {
  return (next) => (args) => {
    const request = args.request as { headers: Record<string, string> }
    request.headers['x-amz-content-sha256'] = sha256
    return next(args)
  }
}

/** What S3 says of itself, and what is done about it; credentials and the network are the environment's to explain. */
const ADVICE: { readonly [name: string]: string } = {
  NoSuchBucket: 'the bucket does not exist; create it with turnaround provision, or on a stage with make deploy',
  AccessDenied: 'access is denied; check the credentials and the policy of the bucket',
  SlowDown: 'S3 throttles this prefix; use fewer workers',
}

export async function translatingFaults<T>(bucket: string, key: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error'
    if (name === 'NoSuchKey') throw new NotFoundError(key, `s3://${bucket}`, { cause: error })
    const text = ADVICE[name] ?? explainAwsError(error).text
    const said = text.startsWith(name) ? text : `${text} (${name})`
    throw new EnvironmentError(`s3://${bucket}/${key}: ${said}`, { cause: error })
  }
}
