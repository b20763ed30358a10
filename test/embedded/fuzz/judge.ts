import type { Attack, Speaks } from './attack.ts'
import { type Answer, readAnswers } from './read-answers.ts'
import { longestAnswerMs } from './send.ts'

/** What is wrong with what came back, in a sentence; undefined where it is as AWS's could be. */
export function judge({ speaks, ending }: Attack, received: Buffer | undefined): string | undefined {
  if (received === undefined) return `the connection was still open after ${longestAnswerMs} ms`
  // It may have left before, or in the middle of, its answer.
  if (ending === 'go away') return undefined
  let answers: Answer[]
  try {
    answers = readAnswers(received)
  } catch (error) {
    return String(error)
  }
  if (answers.length === 0) return speaks === 'any' ? undefined : 'closed without an answer'
  const faults = answers.map((answer) => faultOf(speaks, answer))
  return faults.find((fault) => fault !== undefined)
}

function faultOf(speaks: Speaks, answer: Answer): string | undefined {
  const { status, headers, body, isWhole } = answer
  const said = `${status} ${body.slice(0, 500)}`
  if (!isWhole && speaks !== 'any') return `the answer breaks off: ${said}`
  if (/xml/.test(headers['content-type'] ?? '') && hasControls(body)) return `XML with control characters: ${said}`
  if (status >= 500 && !isNotImplemented(answer)) return `a fault of the server's: ${said}`
  if (status >= 400) return isRefusal(speaks, answer) ? undefined : `not an error of ${speaks}: ${said}`
  if (status >= 300) return status === 304 || status === 308 ? undefined : `not an answer of AWS: ${said}`
  return isSuccess(speaks, answer) ? undefined : `not an answer of ${speaks}: ${said}`
}

/** XML cannot hold them: no parser takes the document. */
function hasControls(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)
}

/** What S3 has and we do not is the one fault that AWS, too, words as a server's. */
function isNotImplemented({ status, headers, body }: Answer): boolean {
  return status === 501 && (body.includes('<Code>NotImplemented</Code>') || headers['server'] === 'AmazonS3')
}

const refusals: Readonly<Record<Exclude<Speaks, 'any'>, (answer: Answer) => boolean>> = {
  json({ headers, body }) {
    const { __type: type, message } = parse(body)
    return typeof type === 'string' && type !== '' && typeof message === 'string' && headers['x-amzn-requestid'] !== ''
  },
  query: ({ body }) => /^<\?xml .*<ErrorResponse .*<Error><Type>\w+<\/Type><Code>[\w.]+<\/Code>/s.test(body),
  // None after a HEAD.
  s3: ({ headers, body }) =>
    headers['x-amz-request-id'] !== undefined && (body === '' || /<Error><Code>\w+<\/Code>/.test(body)),
  admin: ({ body }) => typeof parse(body)['error'] === 'string',
}

/** Before it is known which service a request is for. */
const refusalsOfHttp = new Set([400, 408, 413, 417, 431])

function isRefusal(speaks: Speaks, answer: Answer): boolean {
  if (speaks !== 'any') return refusals[speaks](answer)
  const isBare = refusalsOfHttp.has(answer.status) && answer.body === ''
  return isBare || Object.values(refusals).some((isOne) => isOne(answer))
}

function isSuccess(speaks: Speaks, { status, headers, body }: Answer): boolean {
  if (status !== 200 && status !== 204 && status !== 206) return false
  if (speaks === 'json') return typeof parse(body)['__type'] === 'undefined' && body.startsWith('{')
  if (speaks === 'query') return body.startsWith('<?xml')
  if (speaks === 's3') return headers['x-amz-request-id'] !== undefined
  return true
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}
