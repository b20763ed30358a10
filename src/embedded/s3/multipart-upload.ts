import { defaultAlgorithm, readAlgorithm, type ChecksumAlgorithm } from './checksums.ts'
import { isCombinable } from './crc-combine.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { encryptionHeaders } from './object-encryption.ts'
import { refuseVersionId } from './put-object.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { ChecksumType } from './stored-object.ts'
import { readUploadHeaders } from './upload-headers.ts'
import type { Upload } from './uploads.ts'
import { leaf, xmlDocument } from './xml-writer.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(context: S3Context, request: BucketRequest): void {
  const { bucket, key } = request
  refuseVersionId(request)
  const described = readUploadHeaders(context, request)
  const checksum = readUploadChecksum(request)
  const uploadId = context.catalog.transaction(() =>
    context.uploads.create({ bucket, key, initiatedAt: context.clock.now(), ...checksum, ...described }),
  )
  const headers = encryptionHeaders(JSON.parse(described.headers) as StoredHeaders)
  if (checksum.isChosen === 1) {
    headers['x-amz-checksum-algorithm'] = checksum.checksumAlgorithm
    headers['x-amz-checksum-type'] = checksum.checksumType
  }
  const elements = [leaf('Bucket', bucket), leaf('Key', key), leaf('UploadId', uploadId)]
  sendXml(request, xmlDocument('InitiateMultipartUploadResult', ...elements), headers)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export function abortMultipartUpload({ uploads, bodies }: S3Context, request: BucketRequest): void {
  bodies.transaction((change) => change.drop(uploads.abort(requireUpload(uploads, request))))
  sendEmpty(request, 204)
}

/** The open upload that `?uploadId` names. Throws S3Error NoSuchUpload. */
export function requireUpload(uploads: S3Context['uploads'], { bucket, key, query }: BucketRequest): Upload {
  return uploads.requireOpen(bucket, key, query.get('uploadId') ?? '')
}

/**
 * CRC-64/NVME over the whole, where the request does not choose. SHA checksums are of the parts, CRC-64/NVME of the
 * whole, the other CRCs of the parts unless the whole is asked for.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
function readUploadChecksum({
  headers,
}: BucketRequest): Pick<Upload, 'checksumAlgorithm' | 'checksumType' | 'isChosen'> {
  const name = header(headers, 'x-amz-checksum-algorithm')
  const wanted = header(headers, 'x-amz-checksum-type')?.toUpperCase()
  if (name === undefined) {
    if (wanted !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    }
    return { checksumAlgorithm: defaultAlgorithm, checksumType: 'FULL_OBJECT', isChosen: 0 }
  }
  const checksumAlgorithm = readAlgorithm(name)
  const usual = checksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
  return { checksumAlgorithm, checksumType: readType(wanted ?? usual, checksumAlgorithm), isChosen: 1 }
}

function readType(type: string, algorithm: ChecksumAlgorithm): ChecksumType {
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.')
  }
  const isPossible = type === 'FULL_OBJECT' ? isCombinable(algorithm) : algorithm !== 'CRC64NVME'
  if (isPossible) return type
  throw new S3Error(
    'InvalidRequest',
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  )
}
