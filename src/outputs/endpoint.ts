import { oneLine, shorten } from '../report/columns.ts'

/** Where something is posted to. */
export interface Endpoint {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The URL as it may be shown: without user, password and query, any of which can hold a secret. */
  readonly shown: string
}

/** The endpoint of a URL; user and password in it become a header, as fetch wants them. */
export function endpointOf(url: URL, headers: Readonly<Record<string, string>> = {}): Endpoint {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const shown = new URL(bare)
  shown.search = ''
  shown.hash = ''
  const secret = `${decoded(url.username)}:${decoded(url.password)}`
  const basic = `Basic ${Buffer.from(secret).toString('base64')}`
  const all = secret === ':' ? headers : { authorization: basic, ...headers }
  return { url: bare.href, headers: all, shown: shown.href }
}

/** As it is where a percent sign is only that. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Posts and answers the body of the response. Throws an error that says why where the answer is no success, or none comes. */
export async function post(
  endpoint: Endpoint,
  contentType: string,
  body: string,
  signal: AbortSignal,
): Promise<string> {
  const headers = { ...endpoint.headers, 'content-type': contentType }
  const response = await fetch(endpoint.url, { method: 'POST', headers, body, signal }).catch((error: unknown) => {
    throw new Error(reasonOf(error), { cause: error })
  })
  const text = await response.text()
  if (!response.ok) throw new Error(shorten(oneLine(`status ${response.status}: ${text}`), 300))
  return text
}

/** What fetch hides in causes: `connect ECONNREFUSED 127.0.0.1:9091`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  if (cause instanceof AggregateError) return cause.errors.map(String).join(', ')
  return cause instanceof Error ? cause.message : error.message
}
