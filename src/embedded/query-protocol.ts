import { hash } from 'node:crypto'
import { InjectedFault } from './faults/injected-fault.ts'
import { JsonError, refusedSignature } from './json-protocol.ts'
import { element, textElement } from './query-xml.ts'
import { BodyTooLargeError, BusyError, ClientGoneError, readBody } from './read-body.ts'
import type { AwsRequest, ServiceName } from './service.ts'
import { SerializationError } from './shape.ts'
import { SignatureRefusal } from './signatures/refusal.ts'

/** One operation of the query protocol. */
export interface QueryOperation {
  /** What the request is about, for fault plans. */
  readonly resource: string
  /** Answers the content of the result element, or undefined where the operation has none. */
  run(): string | undefined | Promise<string | undefined>
}

/** A service as AWS spoke it before JSON: parameters in a form, answers in XML. */
export interface QueryProtocol {
  readonly service: ServiceName
  readonly namespace: string
  /** Undefined where there is none of that name. */
  operation(action: string, form: URLSearchParams, request: AwsRequest): QueryOperation | undefined
  /** The error that a fault plan's throttle or 5xx becomes. */
  refusal(fault: InjectedFault): JsonError
  /** In this protocol some errors say something else. */
  message(error: JsonError): string
}

/** A form is at most as long as the longest batch of messages, each of whose bytes may take three. */
const longestFormBytes = 8 * 1024 * 1024

/** Whether a request may be one of the query protocol: a form in its body, or an Action in its URL. */
export function isForm({ method, headers, url }: AwsRequest): boolean {
  if (headers['x-amz-target'] !== undefined || (method !== 'POST' && method !== 'GET')) return false
  const hasForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  return (method === 'POST' && hasForm) || url.searchParams.has('Action')
}

/**
 * Answers one request in AWS's query protocol; whose it is may depend on the form.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export async function answerQuery(
  request: AwsRequest,
  protocolOf: (form: URLSearchParams) => QueryProtocol,
): Promise<void> {
  let protocol = protocolOf(request.url.searchParams)
  try {
    const body = await readBody(request.incoming, longestFormBytes)
    const form = formOf(request, body.toString())
    protocol = protocolOf(form)
    request.authenticate(protocol.service, () => hash('sha256', body))
    const action = form.get('Action')
    if (action === null || action === '') {
      throw new JsonError(400, 'MissingAction', 'The request must contain the parameter Action.')
    }
    const operation = protocol.operation(action, form, request)
    if (operation === undefined) {
      throw new JsonError(400, 'InvalidAction', `The action ${action} is not valid for this endpoint.`)
    }
    const call = { service: protocol.service, operation: action, resource: operation.resource }
    const result = await request.perform(call, () => operation.run())
    write(request, 200, responseXml(protocol, request, action, result))
  } catch (error) {
    if (error instanceof ClientGoneError) return
    const known = error instanceof JsonError ? error : translate(protocol, error)
    writeError(protocol, request, known ?? new JsonError(500, 'InternalFailure', 'Internal failure'))
    if (known === undefined) throw error
  }
}

/** The parameters of the URL and those of the body. */
function formOf({ url }: AwsRequest, body: string): URLSearchParams {
  if (body === '') return url.searchParams
  const form = new URLSearchParams(body)
  for (const [name, value] of url.searchParams) form.append(name, value)
  return form
}

function translate(protocol: QueryProtocol, error: unknown): JsonError | undefined {
  if (error instanceof InjectedFault) return protocol.refusal(error)
  if (error instanceof SignatureRefusal) return refusedSignature(protocol.service, error)
  if (error instanceof SerializationError) return new JsonError(400, 'MalformedInput', error.message)
  if (error instanceof BusyError) return new JsonError(503, 'ServiceUnavailable', error.message)
  if (error instanceof BodyTooLargeError) return new JsonError(413, 'RequestEntityTooLarge', error.message)
  return undefined
}

function responseXml(
  { namespace }: QueryProtocol,
  { requestId }: AwsRequest,
  action: string,
  result: string | undefined,
): string {
  const metadata = element('ResponseMetadata', textElement('RequestId', requestId))
  const content = result === undefined ? '' : element(`${action}Result`, result)
  return `<?xml version="1.0"?><${action}Response xmlns="${namespace}">${content}${metadata}</${action}Response>`
}

function writeError(protocol: QueryProtocol, request: AwsRequest, error: JsonError): void {
  // Whatever of the body was not read would be taken for the next request.
  if (!request.incoming.complete) request.response.setHeader('connection', 'close')
  const content =
    textElement('Type', error.status < 500 ? 'Sender' : 'Receiver') +
    textElement('Code', error.queryCode ?? error.type) +
    textElement('Message', protocol.message(error)) +
    '<Detail/>'
  const parts = element('Error', content) + textElement('RequestId', request.requestId)
  const xml = `<?xml version="1.0"?><ErrorResponse xmlns="${protocol.namespace}">${parts}</ErrorResponse>`
  write(request, error.status, xml)
}

function write({ response, requestId }: AwsRequest, status: number, xml: string): void {
  if (response.destroyed) return
  response.statusCode = status
  response.setHeader('content-type', 'text/xml')
  response.setHeader('content-length', Buffer.byteLength(xml))
  response.setHeader('x-amzn-requestid', requestId)
  response.end(xml)
}
