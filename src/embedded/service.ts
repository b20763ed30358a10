import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

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
}

/** One AWS API, spoken on the wire. */
export interface Service {
  /**
   * Answers the request in full, errors in AWS's own shape included. Rejects only where the fault is ours: the
   * server then answers 500 (or ends the connection where headers were sent) and reports it through `onError`.
   */
  handle(request: AwsRequest): Promise<void>
}
