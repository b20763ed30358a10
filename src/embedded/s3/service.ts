import { finished } from 'node:stream/promises'
import type { AwsLike } from '../aws-like.ts'
import type { EmbeddedClock } from '../clock.ts'
import { InjectedFault } from '../faults/injected-fault.ts'
import { ClientGoneError } from '../read-body.ts'
import type { AwsRequest, Service } from '../service.ts'
import type { Authentication } from '../signatures/authentication.ts'
import { isPresigned } from '../signatures/claimed-signature.ts'
import { SignatureRefusal } from '../signatures/refusal.ts'
import type { Store, Sync } from '../store.ts'
import { readAddress, resourcePath } from './address.ts'
import { Bodies } from './bodies.ts'
import { requireBucket } from './bucket-access.ts'
import { type BucketState, createBucketStates } from './bucket-states.ts'
import { Catalog } from './catalog.ts'
import { allowOrigin } from './cors.ts'
import { S3Error } from './errors.ts'
import { createExclusive } from './exclusive.ts'
import { header } from './header.ts'
import { createLifecycleSweep } from './lifecycle/lifecycle-sweep.ts'
import { createNotifications } from './notifications/notifications.ts'
import { eventOf } from './notifications/object-event.ts'
import type { DeliverEvent } from './notifications/outbox.ts'
import { performOperation } from './operations.ts'
import { checkPresigned, hoistParameters } from './presigned.ts'
import { refusedSignature } from './refused-signature.ts'
import { answerHeaders, type S3Context, type S3Request } from './s3-request.ts'
import { Uploads } from './uploads.ts'
import { createWriteRaces } from './write-races.ts'
import { leaf, xmlError } from './xml-writer.ts'

export interface S3Options {
  readonly store: Store
  /** Absolute path; made if it is not there. Nobody else may write in it. */
  readonly bodiesFolder: string
  readonly clock: EmbeddedClock
  /** Whether bodies are on the disk itself before a request is answered; default `normal`. */
  readonly sync?: Sync
  /** Undefined: as kind as can be. */
  readonly awsLike?: AwsLike
  /** Where event notifications go. Default: there are no queues. */
  readonly deliver?: DeliverEvent
  /** Told of faults that no request can be answered with. */
  readonly onError: (error: unknown) => void
}

export interface S3 extends Service {
  /**
   * Absolute path of the current body: read-only, never rewritten, gone when the object is replaced or deleted. None
   * where there is no object, or its body is too small for a file.
   */
  bodyPath(bucket: string, key: string): string | undefined
  /** The bytes of the current body where it is too small for a file. */
  smallBody(bucket: string, key: string): Buffer | undefined
  /** For `/_turnaround/state`. */
  state(): BucketState[]
  /** Stops background work and waits for it. Close the HTTP server first, the store afterwards. */
  close(): Promise<void>
}

/** More than this of a refused upload is not read: the connection is closed after the answer. */
const maxDrainBytes = 64 * 1024 * 1024

/**
 * Amazon S3 on the wire. Metadata and small bodies in SQLite, other bodies in files; a 2xx survives `kill -9` of the
 * process. What is lacking is answered with NotImplemented.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export function createS3(options: S3Options): S3 {
  const { store, bodiesFolder, clock, sync, awsLike, deliver = () => false, onError } = options
  const catalog = new Catalog(store)
  const uploads = new Uploads(store)
  const bodies = new Bodies(store, bodiesFolder, sync)
  const races = createWriteRaces(awsLike)
  const notifications = createNotifications(store, catalog, clock, deliver, onError)
  const changed: S3Context['changed'] = (change) => notifications.record(eventOf(change))
  const completions = createExclusive()
  const context: S3Context = { catalog, uploads, bodies, clock, races, completions, awsLike, changed, deliver }
  const lifecycle = createLifecycleSweep(store, context, (event) => notifications.record(event), onError)
  // What cannot be swept now is found again at the next start; it costs space, never correctness.
  const sweeping = bodies.sweep((id) => catalog.hasFile(id) || uploads.hasFile(id)).catch(onError)

  return {
    async handle(awsRequest) {
      try {
        const request = readRequest(awsRequest)
        checkPresigned(request.query, awsRequest.headers, clock.now())
        allowOrigin(context, request)
        const proved = Object.assign(request, { authentication: authenticate(awsRequest, request) })
        await performOperation(context, proved, () => requireBucket(catalog, proved))
      } catch (error) {
        if (error instanceof ClientGoneError) return
        if (error instanceof S3Error) return sendError(awsRequest, error)
        if (error instanceof SignatureRefusal) return sendError(awsRequest, refusedSignature(error.reason))
        if (error instanceof InjectedFault) return sendError(awsRequest, faultError(error), error.status)
        // Ours. Where an answer has begun it cannot be made good: the server cuts the connection.
        if (!awsRequest.response.headersSent) {
          sendError(awsRequest, new S3Error('InternalError'))
          await finished(awsRequest.response).catch(() => undefined)
        }
        throw error
      }
    },
    bodyPath(bucket, key) {
      const object = catalog.object(bucket, key)
      return object === undefined ? undefined : bodies.path(object.body)
    },
    smallBody(bucket, key) {
      const object = catalog.object(bucket, key)
      return object === undefined ? undefined : bodies.small(object.body)
    },
    state: createBucketStates(store),
    async close() {
      lifecycle.stop()
      await notifications.close()
      await bodies.close()
      await sweeping
    },
  }
}

function readRequest(request: AwsRequest): S3Request {
  const { method, url, headers, incoming, response, requestId, caller } = request
  const { bucket, key } = readAddress(incoming.url ?? '/', headers.host)
  const query = url.searchParams
  return {
    method,
    incoming,
    response,
    requestId,
    caller,
    bucket,
    key,
    query,
    headers: hoistParameters(query, headers),
    perform(call, work) {
      return request.perform(call, work)
    },
  }
}

/** A browser asks without credentials whether it may send a request with them. Throws SignatureRefusal. */
function authenticate(awsRequest: AwsRequest, request: S3Request): Authentication | undefined {
  const { method, query, headers } = request
  if (method === 'OPTIONS') return undefined
  const payloadOfUrl = isPresigned(query) ? 'UNSIGNED-PAYLOAD' : undefined
  const payload = (): string | undefined => header(headers, 'x-amz-content-sha256') ?? payloadOfUrl
  return awsRequest.authenticate('s3', payload, () => resourcePath(request))
}

function faultError({ kind, status }: InjectedFault): S3Error {
  if (kind === 'throttle') return new S3Error('SlowDown')
  return new S3Error(status === 503 ? 'ServiceUnavailable' : 'InternalError')
}

function sendError(request: AwsRequest, error: S3Error, status = error.status): void {
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
  const headers = Object.assign(answerHeaders(request), error.headers)
  headers['content-type'] = 'application/xml'
  if (request.method !== 'HEAD') headers['content-length'] = Buffer.byteLength(xml)
  if (!incoming.complete && Number(request.headers['content-length'] ?? 0) > maxDrainBytes) headers.connection = 'close'
  response.writeHead(status, headers)
  if (request.method !== 'HEAD') response.write(xml)
  // The rest of the upload is read before the answer ends: a connection closed with bytes unread is reset, and what was
  // said on it lost. So the client gets to read the answer, and the connection is good for another request.
  incoming.resume()
  if (incoming.readableEnded || incoming.destroyed || headers.connection === 'close') response.end()
  else incoming.once('close', () => response.end())
}
