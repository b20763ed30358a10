import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { AwsLike } from '../aws-like.ts'
import type { EmbeddedClock } from '../clock.ts'
import type { AwsRequest } from '../service.ts'
import type { Authentication } from '../signatures/authentication.ts'
import type { Bodies } from './bodies.ts'
import type { Bucket, Catalog } from './catalog.ts'
import type { DeliverEvent } from './notifications/outbox.ts'
import type { Exclusive } from './exclusive.ts'
import type { ObjectChange } from './object-change.ts'
import type { Uploads } from './uploads.ts'
import type { WriteRaces } from './write-races.ts'

/** What every operation works with. */
export interface S3Context {
  readonly catalog: Catalog
  readonly uploads: Uploads
  readonly bodies: Bodies
  readonly clock: EmbeddedClock
  readonly races: WriteRaces
  /** One completion of a multipart upload at a time, by upload id. */
  readonly completions: Exclusive
  readonly awsLike: AwsLike | undefined
  /** Called within the transaction that makes the change; what it throws undoes the change. */
  readonly changed: (change: ObjectChange) => void
  /** To a queue, directly. */
  readonly deliver: DeliverEvent
}

/** A request whose bucket and key have been read. Both are empty where the operation has none. */
export interface S3Request extends Pick<
  AwsRequest,
  'method' | 'incoming' | 'response' | 'requestId' | 'caller' | 'perform'
> {
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  /** With the x-amz-* parameters of a presigned URL, which stand for headers. */
  readonly headers: IncomingHttpHeaders
  /** Undefined where signatures are not verified. */
  readonly authentication?: Authentication
}

/** For operations on a bucket or an object: the bucket exists, and the caller may use it here. */
export interface BucketRequest extends S3Request {
  readonly found: Bucket
}

/** Milliseconds as HTTP writes a date. */
export function httpDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString()
}

/** Milliseconds as S3's errors write a time: `2026-01-02T03:04:05Z`. */
export function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The host that answered, on AWS an opaque token. */
export function hostId(requestId: string): string {
  return Buffer.from(`turnaround/${requestId}`).toString('base64')
}

/** The headers of every answer. */
export function answerHeaders(request: S3Request | AwsRequest): OutgoingHttpHeaders {
  return {
    'x-amz-request-id': request.requestId,
    'x-amz-id-2': hostId(request.requestId),
    server: 'AmazonS3',
  }
}

export function sendEmpty(request: S3Request, status: number, headers?: OutgoingHttpHeaders): void {
  const all = Object.assign(answerHeaders(request), headers)
  // RFC 9110, 8.6: no Content-Length on 204; on 304 it would have to be the object's.
  if (status !== 204 && status !== 304) all['content-length'] ??= 0
  request.response.writeHead(status, all).end()
}

export function sendXml(request: S3Request, xml: string, headers?: OutgoingHttpHeaders): void {
  const all = Object.assign(answerHeaders(request), headers)
  all['content-type'] = 'application/xml'
  all['content-length'] = Buffer.byteLength(xml)
  request.response.writeHead(200, all).end(xml)
}
