import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { ContractEnvironment } from '../contract-environment.ts'
import type { Bucket } from './bucket.ts'

/** A multipart upload under way. */
export interface Upload {
  readonly id: string
  /** Answers what completing it needs to name the part. */
  part(number: number, body: string | Uint8Array): Promise<CompletedPart>
  complete(
    parts: CompletedPart[] | undefined,
    more?: Partial<CompleteMultipartUploadCommandInput>,
  ): Promise<CompleteMultipartUploadCommandOutput>
  abort(): Promise<void>
}

/** The least a part may have, unless it is the last. */
export const LEAST_PART_BYTES = 5 * 1024 * 1024

export async function createUpload(
  { clients: { s3 } }: ContractEnvironment,
  { name: Bucket }: Bucket,
  Key: string,
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<Upload> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  const target = { Bucket, Key, UploadId }
  return {
    id: UploadId!,
    async part(PartNumber, Body) {
      const { ChecksumAlgorithm } = more
      const sent = await s3.send(new UploadPartCommand({ ...target, PartNumber, Body, ChecksumAlgorithm }))
      const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sent
      // Only an upload that was created with an algorithm takes its parts' checksums at the end.
      if (ChecksumAlgorithm === undefined) return { PartNumber, ETag }
      return { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 }
    },
    complete: (Parts, options) =>
      s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...options })),
    async abort() {
      await s3.send(new AbortMultipartUploadCommand(target))
    },
  }
}
