import type { HttpRequest, HttpResponse } from '@smithy/types'
import { text } from 'node:stream/consumers'

/** An answer as it came over the wire, which the SDK's objects do not show in full. */
export interface Exchange {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** As much of an SDK client and its commands as this needs; their own types differ from service to service. */
interface Sender {
  send(command: never): Promise<unknown>
}
interface Stack {
  add(middleware: unknown, options: { step: string; priority: string; name: string }): void
}
type Next = (args: { request: HttpRequest }) => Promise<{ response: HttpResponse }>

class Answered extends Error {
  readonly answer: Exchange
  constructor(answer: Exchange) {
    super('answered')
    this.answer = answer
  }
}

/**
 * Sends the command and answers what came back, success or not. `change` alters the request before it is signed, so that
 * what the SDK would never send can be sent to AWS as well.
 */
export async function exchange(
  client: Sender,
  command: { readonly middlewareStack: unknown },
  change: (request: HttpRequest) => void = () => undefined,
): Promise<Exchange> {
  const stack = command.middlewareStack as Stack
  const changing = (next: Next) => async (args: { request: HttpRequest }) => {
    change(args.request)
    return next(args)
  }
  const capturing = (next: Next) => async (args: { request: HttpRequest }) => {
    const { response } = await next(args)
    throw new Answered({ status: response.statusCode, headers: response.headers, text: await textOf(response.body) })
  }
  stack.add(changing, { step: 'build', priority: 'low', name: 'changeRequest' })
  stack.add(capturing, { step: 'deserialize', priority: 'low', name: 'captureAnswer' })
  try {
    await client.send(command as never)
  } catch (error) {
    if (error instanceof Answered) return error.answer
    throw error
  }
  throw new Error('the SDK did not pass the answer through its middleware')
}

/** Our request handler answers short bodies whole, the SDK's own as a stream. */
async function textOf(body: unknown): Promise<string> {
  if (body === undefined) return ''
  return body instanceof Uint8Array ? Buffer.from(body).toString() : text(body as AsyncIterable<Uint8Array>)
}
