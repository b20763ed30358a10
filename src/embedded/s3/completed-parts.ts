import { checksumElement, checksumHasher, type ChecksumAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'
import { maxPartNumber } from './part-range.ts'
import type { StoredPart, Upload } from './uploads.ts'
import { childText, type XmlElement } from './xml-reader.ts'

/** A part as CompleteMultipartUpload lists it. */
export interface ListedPart {
  readonly number: number
  /** Hex MD5, without quotes. */
  readonly etag: string
  /** Base64, of the upload's algorithm. */
  readonly checksum: string | undefined
}

const minPartBytes = 5 * 1024 * 1024

/**
 * The parts that are to become the object, in their order.
 * Throws S3Error InvalidRequest where there are none, MalformedXML, InvalidPartOrder.
 */
export function readListedParts(root: XmlElement | undefined, algorithm: ChecksumAlgorithm): ListedPart[] {
  const elements = root?.children.filter(({ name }) => name === 'Part') ?? []
  if (elements.length === 0) throw new S3Error('InvalidRequest', 'You must specify at least one part')
  if (elements.length > maxPartNumber) throw new S3Error('MalformedXML')
  const parts = elements.map((element) => ({
    number: readNumber(childText(element, 'PartNumber')),
    etag: (childText(element, 'ETag') ?? '').trim().replace(/^"(.*)"$/, '$1'),
    checksum: childText(element, checksumElement(algorithm)),
  }))
  if (parts.some(({ number }, index) => index > 0 && number <= parts[index - 1].number)) {
    throw new S3Error('InvalidPartOrder')
  }
  return parts
}

/**
 * Finds the listed parts among the uploaded ones.
 * Throws S3Error InvalidPart, InvalidRequest where a chosen checksum is missing, EntityTooSmall for any but the last.
 */
export function matchParts(
  upload: Upload,
  listed: readonly ListedPart[],
  uploaded: Iterable<StoredPart>,
): StoredPart[] {
  const byNumber = new Map(Array.from(uploaded, (part) => [part.number, part]))
  const found = listed.map((part) => matchPart(upload, part, byNumber.get(part.number)))
  const small = found.slice(0, -1).find(({ bytes }) => bytes < minPartBytes)
  if (small === undefined) return found
  throw new S3Error('EntityTooSmall', undefined, {
    ETag: small.etag,
    MinSizeAllowed: minPartBytes,
    PartNumber: small.number,
    ProposedSize: small.bytes,
  })
}

/** Base64 of the checksum over the parts' checksums, `-` and their number. */
export function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string }[],
): string {
  const hasher = checksumHasher(algorithm)
  for (const { checksum } of parts) hasher.update(Buffer.from(checksum, 'base64'))
  return `${hasher.digest().toString('base64')}-${parts.length}`
}

/** The MD5 over the parts' MD5s, in hex, `-` and their number. */
export function compositeEtag(parts: readonly { readonly etag: string }[]): string {
  const hasher = checksumHasher('MD5')
  for (const { etag } of parts) hasher.update(Buffer.from(etag, 'hex'))
  return `${hasher.digest().toString('hex')}-${parts.length}`
}

function matchPart(upload: Upload, listed: ListedPart, part: StoredPart | undefined): StoredPart {
  const { checksumAlgorithm, checksumType, isChosen, uploadId } = upload
  if (isChosen === 1 && checksumType === 'COMPOSITE' && listed.checksum === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${checksumAlgorithm.toLowerCase()} checksum. The complete request must include the ` +
        `checksum for each part. It was missing for part ${listed.number} in the request.`,
    )
  }
  const isSame = part?.etag === listed.etag && (listed.checksum ?? part.checksum) === part.checksum
  if (part !== undefined && isSame) return part
  throw new S3Error('InvalidPart', undefined, { ETag: listed.etag, PartNumber: listed.number, UploadId: uploadId })
}

function readNumber(text: string | undefined): number {
  const number = Number(text?.trim())
  if (text !== undefined && /^\s*\d{1,9}\s*$/.test(text) && number >= 1) return number
  throw new S3Error('MalformedXML')
}
