import {
  AbortMultipartUploadCommand,
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  type DeleteObjectCommandOutput,
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
} from '@aws-sdk/client-s3'
import type { ContractEnvironment } from '../contract-environment.ts'

/** A bucket of one behaviour's own, gone with it and with all that is in it. */
export interface Bucket {
  readonly name: string
  put(
    key: string,
    body: PutObjectCommandInput['Body'],
    more?: Partial<PutObjectCommandInput>,
  ): Promise<PutObjectCommandOutput>
  get(key: string, more?: Partial<GetObjectCommandInput>): Promise<GetObjectCommandOutput>
  /** The whole body. */
  text(key: string, more?: Partial<GetObjectCommandInput>): Promise<string>
  head(key: string, more?: Partial<HeadObjectCommandInput>): Promise<HeadObjectCommandOutput>
  delete(key: string, more?: Partial<DeleteObjectCommandInput>): Promise<DeleteObjectCommandOutput>
  setVersioning(Status: 'Enabled' | 'Suspended'): Promise<void>
}

export async function createBucket(aws: ContractEnvironment): Promise<Bucket> {
  const { s3 } = aws.clients
  const Bucket = aws.name()
  const LocationConstraint = aws.region as BucketLocationConstraint
  const elsewhere = aws.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } }
  await s3.send(new CreateBucketCommand({ Bucket, ...elsewhere }))
  aws.cleanUp(() => removeBucket(aws, Bucket))

  const get: Bucket['get'] = (Key, more) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  return {
    name: Bucket,
    get,
    put: (Key, Body, more) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    text: async (key, more) => (await get(key, more)).Body!.transformToString(),
    head: (Key, more) => s3.send(new HeadObjectCommand({ Bucket, Key, ...more })),
    delete: (Key, more) => s3.send(new DeleteObjectCommand({ Bucket, Key, ...more })),
    async setVersioning(Status) {
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
    },
  }
}

async function removeBucket({ clients: { s3 } }: ContractEnvironment, Bucket: string): Promise<void> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  for (let isTruncated = true; isTruncated;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket }))
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
    await Promise.all(all.map(({ Key, VersionId }) => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))))
    isTruncated = page.IsTruncated ?? false
  }
  await s3.send(new DeleteBucketCommand({ Bucket }))
}
