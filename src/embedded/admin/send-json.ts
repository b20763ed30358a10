import type { ServerResponse } from 'node:http'

export function sendJson(response: ServerResponse, status: number, value: object): void {
  if (response.destroyed) return
  const body = `${JSON.stringify(value)}\n`
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body)
}
