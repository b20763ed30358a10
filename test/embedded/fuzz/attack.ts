import fc from 'fast-check'

/** Bytes that are sent over a connection of their own, and what may come back. */
export interface Attack {
  /** For a person: `sqs SendMessage`. */
  readonly what: string
  /** Whose shape the answer must have; `any` for what may not even be HTTP, or is cut off for its length. */
  readonly speaks: Speaks
  readonly bytes: Buffer
  /** Where the bytes are parted in two writes, 0-1; at the ends they are sent at once. */
  readonly splitAt: number
  /** What the client does when all is sent. */
  readonly ending: Ending
}

export type Speaks = 'json' | 'query' | 's3' | 'admin' | 'any'
export type Ending = 'wait' | 'half-close' | 'go away'

/** One request whose framing is right. */
export interface HttpRequest {
  readonly what: string
  readonly speaks: Speaks
  readonly method: string
  /** As on the request line: ASCII without spaces. */
  readonly target: string
  /** A name may come twice. Default, each: `host`, `connection: close`, `content-length`. */
  readonly headers: readonly Header[]
  readonly body: Buffer | string
}

export type Header = readonly [name: string, value: string]

function bytesOf({ method, target, headers, body }: HttpRequest): Buffer {
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const usual: Header[] = [
    ['host', 'localhost'],
    ['connection', 'close'],
  ]
  if (!given.has('transfer-encoding')) usual.push(['content-length', String(Buffer.byteLength(body))])
  const lines = [...usual.filter(([name]) => !given.has(name)), ...headers]
  // Latin-1: a header is bytes, and no character of a name becomes two.
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}

/** What no header may hold would end the request early: other generators do that on purpose. */
export function headerText(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
    .trim()
}

/** A request as a well-behaved client, a hasty one or one that goes away would send it. */
export function sent(request: fc.Arbitrary<HttpRequest>): fc.Arbitrary<Attack> {
  const manner = fc.oneof(
    { weight: 8, arbitrary: fc.constant<Ending>('wait') },
    { weight: 2, arbitrary: fc.constant<Ending>('half-close') },
    { weight: 1, arbitrary: fc.constant<Ending>('go away') },
  )
  return fc.tuple(request, manner, splits).map(([asked, ending, splitAt]) => ({
    what: asked.what,
    speaks: asked.speaks,
    bytes: bytesOf(asked),
    splitAt,
    ending,
  }))
}

export const splits = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
)
