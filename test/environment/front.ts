import { createServer, request as send, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Answer {
  readonly status: number
  readonly body?: string
  readonly headers?: { readonly [name: string]: string }
}

/** What a request asks for, as far as refusals depend on it. */
export interface Asked {
  readonly method: string
  readonly path: string
  /** e.g. `AmazonSQS.GetQueueAttributes`; empty for S3 and STS. */
  readonly target: string
  readonly body: string
}

/**
 * A server in front of another, which answers some requests itself as AWS would, IAM, signatures and clocks included,
 * and hands on the rest. Answers its URL.
 */
export async function front(
  t: TestContext,
  endpoint: string,
  answer: (asked: Asked) => Answer | undefined,
): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    void read(incoming).then((body) => {
      const target = String(incoming.headers['x-amz-target'] ?? '')
      const own = answer({ method: incoming.method!, path: incoming.url!, target, body: body.toString() })
      if (own) {
        outgoing.writeHead(own.status, own.headers).end(own.body)
        return
      }
      const { method, headers } = incoming
      const onward = send(`${endpoint}${incoming.url}`, { method, headers }, (response) => {
        outgoing.writeHead(response.statusCode!, response.headers)
        response.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      onward.end(body)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** As SQS and DynamoDB say it. */
export function jsonError(status: number, code: string, message: string): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.0' }
  return { status, headers, body: JSON.stringify({ __type: `com.amazon.coral.service#${code}`, Message: message }) }
}

/** As STS says it. */
export function queryError(status: number, code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>1</RequestId></ErrorResponse>`,
  }
}
