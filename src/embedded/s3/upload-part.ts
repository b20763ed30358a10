import { checksumHeader } from './checksums.ts'
import { wholeSeconds } from './commit-object.ts'
import { S3Error } from './errors.ts'
import { readExpectedBody, type ExpectedBody } from './expected-body.ts'
import { requireUpload } from './multipart-upload.ts'
import { encryptionHeaders, refuseCustomerKeys } from './object-encryption.ts'
import { readPartNumber } from './part-range.ts'
import { maxPutBytes } from './put-object.ts'
import { receiveFile, type ReceivedFile } from './receive-file.ts'
import { sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import type { StoredPart, Upload } from './uploads.ts'

/**
 * A part is a body of its own until the upload is completed or aborted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 */
export async function uploadPart(context: S3Context, request: BucketRequest): Promise<void> {
  const number = readPartNumber(request.query.get('partNumber'))
  const upload = requireUpload(context.uploads, request)
  refuseCustomerKeys(request)
  const expected = readExpectedBody(request.headers, maxPutBytes)
  refuseOtherChecksum(upload, expected)
  const received = await receiveFile(context.bodies, request, expected, upload.checksumAlgorithm)
  const part = commitPart(context, request, number, received, expected.bytes)
  sendEmpty(request, 200, {
    etag: `"${part.etag}"`,
    [checksumHeader(upload.checksumAlgorithm)]: part.checksum,
    ...encryptionHeaders(JSON.parse(upload.headers) as StoredHeaders),
  })
}

/** Drops the part that had the number; or the new one, where the upload has ended meanwhile. */
export function commitPart(
  { uploads, bodies, clock }: S3Context,
  request: BucketRequest,
  number: number,
  { body, md5, checksum }: ReceivedFile,
  bytes: number,
): StoredPart {
  const part = { number, body, bytes, etag: md5.toString('hex'), modifiedAt: wholeSeconds(clock.now()), checksum }
  bodies.transaction((change) => {
    change.add(body)
    const replaced = uploads.putPart(requireUpload(uploads, request), part)
    if (replaced !== undefined) change.drop([replaced])
  })
  return part
}

function refuseOtherChecksum({ isChosen, checksumAlgorithm }: Upload, { checksum }: ExpectedBody): void {
  if (isChosen === 0 || checksum === undefined || checksum.algorithm === checksumAlgorithm) return
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, ` +
      `actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
  )
}
