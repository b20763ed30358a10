import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from './identity.ts'
import type { Authentication } from './signatures/authentication.ts'

/** One HTTP request, as the server hands it to the service it is meant for. Its body has not been read yet. */
export interface AwsRequest {
  readonly method: string
  /**
   * Built on the Host header. Its pathname has had `.` and `..` segments resolved; where they matter (S3 keys), read
   * the path from `incoming.url`.
   */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  /** A fresh UUID; services send it back under the header their API names. */
  readonly requestId: string
  /** Whose world the request is about. */
  readonly caller: Caller
  /**
   * Proves that it is from its caller, where signatures are verified; answers undefined at once where they are not.
   * Every service calls it before the operation. `payloadHash` answers the hex SHA-256 of the body, or for S3 the header
   * x-amz-content-sha256 that stands for it; `resource`, S3's alone, `/bucket/key` as in the URL. Throws SignatureRefusal.
   */
  authenticate(
    service: ServiceName,
    payloadHash: () => string | undefined,
    resource?: () => string,
  ): Authentication | undefined
  /**
   * Runs one operation, or what a fault plan makes of it. Every service sends each operation through here, once, when
   * it knows what the operation is about. Throws what `work` throws, InjectedFault (answered in the service's own shape)
   * or ClientGoneError (nobody is to be answered).
   */
  perform<T>(call: Call, work: () => T | Promise<T>): Promise<T>
}

/** A request and its answer as Node holds them. */
export type Exchange = Pick<AwsRequest, 'incoming' | 'response'>

/** What a request asks for, as fault plans and counters name it. */
export interface Call {
  readonly service: ServiceName
  /** AWS's name, e.g. `SendMessage`. */
  readonly operation: string
  /** The name of the queue, table or secret, of several the first; or `bucket/key`. Empty where there is none. */
  readonly resource: string
}

/** By the names that requests are signed for. */
export const serviceNames = ['sqs', 's3', 'dynamodb', 'secretsmanager', 'sts'] as const
export type ServiceName = (typeof serviceNames)[number]

/** One AWS API, spoken on the wire. */
export interface Service {
  /**
   * Answers the request in full, errors in AWS's own shape included. Rejects only where the fault is ours: the
   * server then answers 500 (or ends the connection where headers were sent) and reports it through `onError`.
   */
  handle(request: AwsRequest): Promise<void>
}
