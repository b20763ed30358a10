import type { IncomingHttpHeaders } from 'node:http'
import { finished } from 'node:stream/promises'
import type { EmbeddedClock } from '../clock.ts'
import type { AwsRequest, Service } from '../service.ts'
import type { Store } from '../store.ts'
import { readAddress } from './address.ts'
import { BodyFiles } from './body-files.ts'
import { isBucketName } from './bucket-name.ts'
import { Catalog } from './catalog.ts'
import { ClientGoneError, S3Error } from './errors.ts'
import { perform } from './operations.ts'
import { answerHeaders, type BucketRequest, type S3Context, type S3Request } from './s3-request.ts'
import { leaf, xmlError } from './xml-writer.ts'

export interface S3Options {
  readonly store: Store
  /** Absolute path; made if it is not there. Nobody else may write in it. */
  readonly bodiesFolder: string
  readonly clock: EmbeddedClock
  /** Owner of every bucket, checked against x-amz-expected-bucket-owner. */
  readonly account?: string
}

export interface S3 extends Service {
  /** Absolute path of the current body: read-only, never rewritten, gone when the object is replaced or deleted. */
  bodyPath(bucket: string, key: string): string | undefined
  /** Stops background work and waits for it. Close the HTTP server first, the store afterwards. */
  close(): Promise<void>
}

/** More than this of a refused upload is not read: the connection is closed after the answer. */
const maxDrainBytes = 64 * 1024 * 1024

/**
 * Amazon S3 on the wire. Metadata in SQLite, bodies in files; a 2xx survives `kill -9` of the process. Signatures are not
 * verified here. What is lacking (multipart uploads, versions, tags, …) is answered with NotImplemented.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export function createS3({ store, bodiesFolder, clock, account = '000000000000' }: S3Options): S3 {
  const catalog = new Catalog(store)
  const bodies = new BodyFiles(bodiesFolder)
  const context: S3Context = { catalog, bodies, clock, account }
  // What cannot be swept now is found again at the next start; it costs space, never correctness.
  const sweeping = bodies.sweep((id) => catalog.hasBody(id)).catch(() => undefined)

  async function answer(awsRequest: AwsRequest): Promise<void> {
    const request = readRequest(awsRequest)
    const owner = request.headers['x-amz-expected-bucket-owner']
    if (owner !== undefined && owner !== account) throw new S3Error('AccessDenied')
    await perform(context, request, () => requireBucket(request))
  }

  function requireBucket(request: S3Request): BucketRequest {
    const found = catalog.bucket(request.bucket)
    if (found !== undefined) return Object.assign(request, { found })
    const code = isBucketName(request.bucket) ? 'NoSuchBucket' : 'InvalidBucketName'
    throw new S3Error(code, undefined, { BucketName: request.bucket })
  }

  return {
    async handle(request) {
      try {
        await answer(request)
      } catch (error) {
        if (error instanceof ClientGoneError) return
        if (error instanceof S3Error) return sendError(request, error)
        // Ours. Where an answer has begun it cannot be made good: the server cuts the connection.
        if (!request.response.headersSent) {
          sendError(request, new S3Error('InternalError'))
          await finished(request.response).catch(() => undefined)
        }
        throw error
      }
    },
    bodyPath(bucket, key) {
      const object = catalog.object(bucket, key)
      return object === undefined ? undefined : bodies.path(object.body)
    },
    async close() {
      await bodies.close()
      await sweeping
    },
  }
}

function readRequest({ method, url, headers, incoming, response, requestId }: AwsRequest): S3Request {
  const { bucket, key } = readAddress(incoming.url ?? '/', headers.host)
  const query = url.searchParams
  return { method, incoming, response, requestId, bucket, key, query, headers: withPresigned(headers, query) }
}

function withPresigned(headers: IncomingHttpHeaders, query: URLSearchParams): IncomingHttpHeaders {
  if (query.size === 0 || !query.has('X-Amz-Signature')) return headers
  const signed = [...query].map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...Object.fromEntries(signed.filter(([name]) => name.startsWith('x-amz-'))), ...headers }
}

function sendError(request: AwsRequest, error: S3Error): void {
  const { incoming, response } = request
  const path = (incoming.url ?? '/').split('?', 1)[0]
  const xml = xmlError(
    leaf('Code', error.code),
    leaf('Message', error.message),
    ...Object.entries(error.details).map(([name, value]) => leaf(name, value)),
    leaf('Resource', path),
    leaf('RequestId', request.requestId),
    leaf('HostId', 'turnaround'),
  )
  const headers = answerHeaders(request)
  headers['content-type'] = 'application/xml'
  if (request.method !== 'HEAD') headers['content-length'] = Buffer.byteLength(xml)
  if (!incoming.complete && Number(request.headers['content-length'] ?? 0) > maxDrainBytes) headers.connection = 'close'
  response.writeHead(error.status, headers).end(request.method === 'HEAD' ? undefined : xml)
  // The rest of the upload, so that the client gets to read the answer and the connection is good for another request.
  incoming.resume()
}
