import { hash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import { BodyTooLargeError, BusyError, ClientGoneError, readBody } from './read-body.ts'
import { InjectedFault } from './faults/injected-fault.ts'
import type { AwsRequest, ServiceName } from './service.ts'
import { SerializationError } from './shape.ts'
import { SignatureRefusal } from './signatures/refusal.ts'
import { refusalWords } from './signatures/refusal-words.ts'

/** An answer other than 2xx, on purpose. */
export class JsonError extends Error {
  readonly status: number
  /** `__type`: what SDKs name the error by, e.g. `com.amazonaws.sqs#QueueDoesNotExist`. */
  readonly type: string
  /** For services that once spoke the query protocol: its code, for the `x-amzn-query-error` header. */
  readonly queryCode: string | undefined
  /** What the error's body says beside type and message. */
  readonly members: Readonly<Record<string, unknown>> | undefined
  constructor(
    status: number,
    type: string,
    message: string,
    queryCode?: string,
    members?: Readonly<Record<string, unknown>>,
  ) {
    super(message)
    this.status = status
    this.type = type
    this.queryCode = queryCode
    this.members = members
  }
}

/** One operation of a JSON service: the parsed request in, the answer's members out. */
export type JsonOperation = (input: unknown, request: AwsRequest) => unknown

export interface JsonProtocol {
  readonly service: ServiceName
  /** What a request is about, for fault plans: a name, URL or ARN, of several the first; the input is not checked yet. */
  readonly resource: (input: Readonly<Record<string, unknown>>) => unknown
  /** The error that a fault plan's throttle or 5xx becomes. */
  readonly refusal: (fault: InjectedFault) => JsonError
  /** `application/x-amz-json-1.0` or `-1.1`. */
  readonly contentType: string
  /** Requests longer than this are refused before they are parsed. */
  readonly limitBytes: number
  /** By the part of `x-amz-target` behind the dot. */
  readonly operations: ReadonlyMap<string, JsonOperation>
}

/**
 * Answers one request in AWS's JSON protocol.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export async function answerJson(protocol: JsonProtocol, request: AwsRequest): Promise<void> {
  try {
    const [operation, run] = findOperation(protocol, request)
    const body = await readBody(request.incoming, protocol.limitBytes)
    request.authenticate(protocol.service, () => hash('sha256', body))
    const input = parse(body)
    const resource = resourceOf(protocol, input)
    const output = await request.perform({ service: protocol.service, operation, resource }, () => run(input, request))
    write(protocol, request, 200, JSON.stringify(output ?? {}))
  } catch (error) {
    if (error instanceof ClientGoneError) return
    const known = error instanceof JsonError ? error : translate(protocol, error)
    if (known === undefined) {
      writeError(protocol, request, new JsonError(500, 'com.amazon.coral.service#InternalFailure', 'Internal failure'))
      throw error
    }
    writeError(protocol, request, known)
  }
}

function findOperation(protocol: JsonProtocol, request: AwsRequest): [string, JsonOperation] {
  const name = String(request.headers['x-amz-target']).split('.').at(-1)!
  const contentType = (request.headers['content-type'] ?? '').split(';')[0].trim()
  const operation = protocol.operations.get(name)
  if (operation === undefined || request.method !== 'POST' || !/^application\/x-amz-json-1\.[01]$/.test(contentType)) {
    throw new JsonError(
      400,
      'com.amazon.coral.service#UnknownOperationException',
      `The operation ${name} with ${request.method} and content type "${contentType}" is not known here; ` +
        `send it with POST and ${protocol.contentType}.`,
    )
  }
  return [name, operation]
}

/** The name alone: of the URL of a queue the last part of its path, of an ARN what is behind account and kind. */
export function resourceOf({ resource }: JsonProtocol, input: unknown): string {
  if (typeof input !== 'object' || input === null) return ''
  const name = resource(input as Readonly<Record<string, unknown>>)
  return typeof name === 'string' ? name.replace(/^(?:https?:.*\/|arn:(?:[^:]*:){4}(?:table\/|secret:)?)/, '') : ''
}

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString()) as unknown)
  } catch (error) {
    throw new SerializationError('The request is not valid JSON', { cause: error })
  }
}

function translate(protocol: JsonProtocol, error: unknown): JsonError | undefined {
  if (error instanceof InjectedFault) return protocol.refusal(error)
  if (error instanceof SignatureRefusal) return refusedSignature(protocol.service, error)
  if (error instanceof SerializationError) {
    return new JsonError(400, 'com.amazon.coral.service#SerializationException', error.message)
  }
  if (error instanceof BusyError) {
    return new JsonError(503, 'com.amazon.coral.service#ServiceUnavailableException', error.message)
  }
  if (error instanceof BodyTooLargeError) {
    return new JsonError(413, 'com.amazon.coral.service#RequestEntityTooLargeException', error.message)
  }
  return undefined
}

/** In the words of the services that are not S3. */
export function refusedSignature(service: ServiceName, { reason }: SignatureRefusal): JsonError {
  const { status, type, message, queryCode } = refusalWords(service, reason)
  return new JsonError(status, type, message, queryCode)
}

function writeError(protocol: JsonProtocol, request: AwsRequest, error: JsonError): void {
  const { response } = request
  if (error.queryCode !== undefined) {
    response.setHeader('x-amzn-query-error', `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}`)
  }
  // Whatever of the body was not read would be taken for the next request.
  if (!request.incoming.complete) response.setHeader('connection', 'close')
  write(
    protocol,
    request,
    error.status,
    JSON.stringify({ __type: error.type, message: error.message, ...error.members }),
  )
}

function write(protocol: JsonProtocol, request: AwsRequest, status: number, body: string): void {
  const { response } = request
  if (response.destroyed) return
  const headers: OutgoingHttpHeaders = {
    'content-type': protocol.contentType,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': request.requestId,
  }
  // DynamoDB alone sends it; botocore, the Go and the Java SDK refuse a body that does not match.
  if (protocol.service === 'dynamodb') headers['x-amz-crc32'] = crc32(body)
  response.writeHead(status, headers).end(body)
}
