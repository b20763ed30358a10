import type { ByteRange } from './byte-range.ts'
import { copyRange } from './copy-bytes.ts'
import { copyResult, sourceVersionHeader } from './copy-object.ts'
import { readCopySource } from './copy-source.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import { requireUpload } from './multipart-upload.ts'
import { encryptionHeaders, refuseCustomerKeys } from './object-encryption.ts'
import { readPartNumber } from './part-range.ts'
import { maxPutBytes } from './put-object.ts'
import { sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { commitPart } from './upload-part.ts'

const rangeName = 'x-amz-copy-source-range'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(context: S3Context, request: BucketRequest): Promise<void> {
  const number = readPartNumber(request.query.get('partNumber'))
  const upload = requireUpload(context.uploads, request)
  refuseCustomerKeys(request)
  const source = readCopySource(context, request)
  const { body, bytes } = source.object
  const range = readSourceRange(header(request.headers, rangeName), bytes) ?? { first: 0, last: bytes - 1 }
  const length = range.last - range.first + 1
  if (length > maxPutBytes) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${maxPutBytes}`
    throw new S3Error('InvalidRequest', message)
  }
  const copied = await copyRange(context.bodies, body, range, upload.checksumAlgorithm)
  const part = commitPart(context, request, number, copied, length)
  const { checksumAlgorithm } = upload
  sendXml(request, copyResult('CopyPartResult', { ...part, checksumAlgorithm }), {
    ...sourceVersionHeader(source),
    ...encryptionHeaders(JSON.parse(upload.headers) as StoredHeaders),
  })
}

/** Both ends must be given, and be there. Throws S3Error InvalidArgument. */
function readSourceRange(text: string | undefined, bytes: number): ByteRange | undefined {
  if (text === undefined) return undefined
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(text)?.map(Number) ?? []
  if (first === undefined || first > last) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based ' +
      'offsets of the first and last bytes to copy'
    throw invalidArgument(message, rangeName, text)
  }
  if (last < bytes) return { first, last }
  throw invalidArgument(`Range specified is not valid for source object of size: ${bytes}`, rangeName, text)
}
