import type { Origin } from './origin.ts'
import type { Upload, WireRequest } from './exchange.ts'

/** Methods whose requests say how long their body is although they have none (RFC 9110, section 8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** The head of a request, and its body where that is text. All of it in one string: one write, one packet. */
export function serializeHead({ method, path, headers, body }: WireRequest, { host }: Origin, extra: string): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`
  return `${head}${framing(method, body)}${extra}\r\n`
}

function framing(method: string, body: WireRequest['body']): string {
  if (body === undefined) return EXPECT_BODY.has(method) ? 'content-length: 0\r\n' : ''
  if (isUpload(body))
    return body.bytes === undefined ? 'transfer-encoding: chunked\r\n' : `content-length: ${body.bytes}\r\n`
  return `content-length: ${Buffer.byteLength(body)}\r\n`
}

/** A request whose every byte is known before the run. */
export function serialize(request: WireRequest, origin: Origin, extra: string): Buffer {
  const { body } = request
  const head = Buffer.from(serializeHead(request, origin, extra), 'latin1')
  if (body === undefined || isUpload(body)) return head
  return Buffer.concat([head, typeof body === 'string' ? Buffer.from(body) : body])
}

export function isUpload(body: WireRequest['body']): body is Upload {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}
