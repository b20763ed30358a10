export interface Answer {
  readonly status: number
  /** Lower-case names; of several the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** All of the body that was promised has come. */
  readonly isWhole: boolean
}

/** The answers on one connection, without those that only say that more will come. Throws where it is not HTTP. */
export function readAnswers(received: Buffer): Answer[] {
  const answers: Answer[] = []
  for (let rest = received.toString('latin1'); rest !== '';) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`half a head: ${JSON.stringify(rest.slice(0, 200))}`)
    const [first, ...lines] = rest.slice(0, end).split('\r\n')
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]
    if (status === undefined) throw new Error(`not a status line: ${JSON.stringify(first.slice(0, 200))}`)
    const headers = Object.fromEntries(lines.map(readHeader))
    const { body, isWhole, after } = readContent(Number(status), headers, rest.slice(end + 4))
    if (Number(status) >= 200) answers.push({ status: Number(status), headers, body, isWhole })
    rest = after
  }
  return answers
}

function readHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw new Error(`not a header: ${JSON.stringify(line.slice(0, 200))}`)
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

interface Content {
  readonly body: string
  readonly isWhole: boolean
  readonly after: string
}

function readContent(status: number, headers: Answer['headers'], text: string): Content {
  // The answer to a HEAD, too, has the length of what it does not have.
  if (status < 200 || status === 204 || status === 304 || /^(HTTP\/1\.1 |$)/.test(text)) {
    const isWhole = true
    return { body: '', isWhole, after: text }
  }
  if (headers['transfer-encoding'] === 'chunked') return readChunks(text)
  const length = Number(headers['content-length'] ?? text.length)
  return { body: text.slice(0, length), isWhole: text.length >= length, after: text.slice(length) }
}

function readChunks(text: string): Content {
  let body = ''
  for (let at = 0; ;) {
    const [line, size] = /^([0-9a-f]+)\r\n/i.exec(text.slice(at, at + 20)) ?? []
    if (line === undefined) return { body, isWhole: false, after: '' }
    const from = at + line.length
    const length = parseInt(size, 16)
    if (length === 0) return { body, isWhole: true, after: text.slice(from + 2) }
    body += text.slice(from, from + length)
    at = from + length + 2
  }
}
