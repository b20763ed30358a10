import type { IncomingHttpHeaders } from 'node:http'
import { processBudget } from '../read-body.ts'
import { defaultAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'
import { readExpectedBody } from './expected-body.ts'
import { type BodySink, receiveBody } from './receive-body.ts'
import type { S3Request } from './s3-request.ts'
import { readXml, type XmlElement } from './xml-reader.ts'

/** 1,000 keys of 1,024 bytes, every byte escaped, fit. */
const maxDocumentBytes = 8 * 1024 * 1024

/** A document in a request, as it came and as it reads. `root` is undefined where there was no body. */
export interface ReceivedDocument {
  readonly text: string
  readonly root: XmlElement | undefined
}

/**
 * The XML of a request, proved as any body is. `needsDigest` where S3 insists on Content-MD5 or a checksum; `headers`
 * are those that speak of the body.
 * Throws S3Error MalformedXML where it does not read or its root is not `rootName`, InvalidRequest without a digest.
 */
export async function receiveDocument(
  request: S3Request,
  rootName: string,
  needsDigest = false,
  headers: IncomingHttpHeaders = request.headers,
): Promise<ReceivedDocument> {
  const text = await receiveText(request, needsDigest, headers)
  const root = text === '' ? undefined : readXml(text)
  if (root !== undefined && root.name !== rootName) throw new S3Error('MalformedXML')
  return { text, root }
}

/** A body that is text, in UTF-8. Throws as `receiveDocument`, and SlowDown where all requests together hold too much. */
export async function receiveText(
  request: S3Request,
  needsDigest = false,
  headers: IncomingHttpHeaders = request.headers,
): Promise<string> {
  const expected = readExpectedBody(headers, maxDocumentBytes)
  if (needsDigest && expected.md5 === undefined && expected.checksum === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5')
  }
  const pieces: Buffer[] = []
  let heldBytes = 0
  const sink: BodySink = {
    add(bytes) {
      if (!processBudget.take(bytes.length)) throw new S3Error('SlowDown')
      heldBytes += bytes.length
      pieces.push(bytes)
    },
    flushIfFull: () => undefined,
  }
  try {
    await receiveBody(request, expected, expected.checksum?.algorithm ?? defaultAlgorithm, sink)
    return decodeUtf8(Buffer.concat(pieces))
  } finally {
    processBudget.give(heldBytes)
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new S3Error('MalformedXML')
  }
}
