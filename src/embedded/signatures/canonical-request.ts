/** A request as it came over the wire: Node reads target and headers as Latin-1, so each character is a byte of it. */
export interface SignedMessage {
  readonly method: string
  /** Path and query, raw. */
  readonly target: string
  /** Names and values by turns. */
  readonly rawHeaders: readonly string[]
}

export interface CanonicalRules {
  /**
   * S3 signs the path as it is, encoded once. The other services take `.`, `..` and `//` out of it and encode what was
   * encoded already once more.
   */
  readonly isS3: boolean
}

/**
 * What a signature signs, each character standing for a byte. `signedHeaders` are lower-case and sorted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(
  { method, target, rawHeaders }: SignedMessage,
  signedHeaders: readonly string[],
  payloadHash: string,
  { isS3 }: CanonicalRules,
): string {
  const mark = target.indexOf('?')
  const path = pathOf(mark < 0 ? target : target.slice(0, mark))
  const query = mark < 0 ? '' : canonicalQuery(target.slice(mark + 1))
  return (
    `${method}\n${isS3 ? encodeOnce(path) : encodeAgain(normalize(path))}\n${query}\n` +
    `${canonicalHeaders(rawHeaders, signedHeaders)}\n${signedHeaders.join(';')}\n${payloadHash}`
  )
}

/** Of the absolute form that proxies are sent, `GET http://host/path`, the path. */
function pathOf(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/'
}

/** In a path `/` stays; what is encoded needlessly, or is not and should be, becomes what every signer writes. */
function encodeOnce(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/]/g, encode)
}

function encodeAgain(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~/]/g, encodeByte)
}

function normalize(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${end}`
}

/** Sorted by encoded name, then by encoded value; the signature itself is not signed. */
function canonicalQuery(query: string): string {
  if (query === '') return ''
  const parameters: [name: string, value: string][] = []
  for (const parameter of query.split('&')) {
    if (parameter === '') continue
    const equals = parameter.indexOf('=')
    const name = encodeParameter(equals < 0 ? parameter : parameter.slice(0, equals))
    if (name !== 'X-Amz-Signature')
      parameters.push([name, equals < 0 ? '' : encodeParameter(parameter.slice(equals + 1))])
  }
  parameters.sort(([a, left], [b, right]) => compare(a, b) || compare(left, right))
  return parameters.map(([name, value]) => `${name}=${value}`).join('&')
}

/** A plus is a space, as it is for whoever reads the parameters afterwards. */
function encodeParameter(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~]/g, (found) => (found === '+' ? '%20' : encode(found)))
}

/** Of `%2f`, `%41` or `*`, the one way that AWS writes it: `/` stays where the pattern lets it. */
function encode(found: string): string {
  if (found.length === 1) return encodeByte(found)
  const byte = String.fromCharCode(parseInt(found.slice(1), 16))
  return /[A-Za-z0-9\-._~]/.test(byte) ? byte : encodeByte(byte)
}

function encodeByte(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function canonicalHeaders(rawHeaders: readonly string[], signed: readonly string[]): string {
  const values = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase()
    const value = collapse(rawHeaders[at + 1])
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  let lines = ''
  for (const name of signed) lines += `${name}:${values.get(name) ?? ''}\n`
  return lines
}

/** Without spaces around it, and no more than one within. (Trimming as JavaScript does would cut into UTF-8.) */
function collapse(value: string): string {
  return /^ | $| {2}|\t/.test(value) ? value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '') : value
}
