import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with the value as JSON, or with `value` itself where it is JSON already. Nothing where the client has gone. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: object | string,
  headers?: OutgoingHttpHeaders,
): void {
  if (response.destroyed) return
  const body = typeof value === 'string' ? value : JSON.stringify(value)
  const own = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, headers === undefined ? own : { ...own, ...headers }).end(body)
}
