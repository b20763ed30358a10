import type { TLSSocket } from 'node:tls'
import { outcomeOfError, outcomeOfStatus } from '../workloads/http/client/outcomes.ts'
import {
  CONNECT,
  DISCONNECT,
  ON_HEADERS_COMPLETE,
  ON_MESSAGE_COMPLETE,
  REQUEST,
  SCHEDULE,
  type AutocannonClient,
  type ResponseHead,
} from './autocannon-client.ts'
import type { Tally } from './tally.ts'

/** One request of a client and what became of it. Times are monotonic milliseconds. */
export interface HitResult {
  readonly outcome: string
  readonly sentAtMs: number
  readonly endedAtMs: number
  readonly status?: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface GuardOptions {
  /** Answers to HEAD have no body, whatever their headers say. */
  readonly isHead: boolean
  /** Certificates are not checked. */
  readonly insecure: boolean
  readonly tally: Pick<Tally, 'take' | 'record' | 'isOver'>
  readonly now: () => number
}

interface Pending {
  readonly sentAtMs: number
  readonly bytesSent: number
}

/** How long a connection that failed before any answer is not tried again: a refusing target must not be all we do. */
const RETRY_MS = 10

/**
 * Makes one client of autocannon account for every request that it sends, and end each on its own: autocannon alone
 * counts errors by connection, keeps requests of a lost connection in the queue that later answers are timed by, reads
 * on after bytes that are no HTTP, never checks certificates, and connects again in a loop that starves timers.
 * Call it from `setupClient`: after the parser is there, before the first connection.
 */
export function guardClient(client: AutocannonClient, options: GuardOptions): void {
  const { tally, now } = options
  const own = {
    connect: client[CONNECT].bind(client),
    doRequest: client[REQUEST].bind(client),
    destroyConnection: client[DISCONNECT].bind(client),
    execute: client.parser.execute.bind(client.parser),
  }
  const pending: Pending[] = []
  /** Counts connections asked for: one that is asked for again meanwhile is not opened. */
  let turns = 0
  let isConnecting = false
  let isOpen = false
  /** Of the answer that is being read. */
  let status = 0
  /** The server said that it closes after this answer. */
  let isLastAnswer = false
  let hasAnswered = true
  /** Requests that were sent when the bytes came that are being read; no others can be answered by them. */
  let answerable = 0

  function settle(outcome: string): void {
    const endedAtMs = now()
    for (const { sentAtMs, bytesSent } of pending.splice(0)) {
      tally.record({ outcome, sentAtMs, endedAtMs, bytesSent: isOpen ? bytesSent : 0, bytesReceived: 0 })
    }
  }

  /** The connection is lost or used up: another one. */
  function reconnect(): void {
    own.destroyConnection() // or the old socket would go on telling
    client.parser.reinitialize('RESPONSE')
    isLastAnswer = false
    isConnecting = true
    const turn = ++turns
    const go = () => {
      if (turn === turns && !client.destroyed && !tally.isOver) open()
    }
    if (hasAnswered) setImmediate(go)
    else setTimeout(go, RETRY_MS)
  }

  function open(): void {
    isConnecting = false
    hasAnswered = false
    isOpen = false
    own.connect()
    client.conn!.once('connect', () => (isOpen = true))
    client.conn!.once('secureConnect', checkCertificate)
  }

  function checkCertificate(): void {
    const { authorized, authorizationError } = client.conn as TLSSocket
    if (authorized || options.insecure) return
    const code = String((authorizationError as { code?: string } | null)?.code ?? authorizationError)
    client.conn!.destroy(Object.assign(new Error(`the certificate is not valid: ${code}`), { code: 'ERR_TLS_CERT' }))
  }

  client[CONNECT] = () => {
    if (client.conn === undefined) {
      prepareParser()
      prepareTimeout()
      open()
      return
    }
    // After errors and timeouts nothing is pending any more: the server has ended the connection.
    isConnecting = true
    if (pending.length > 0) client.parser.finish() // an answer whose end the connection's end is
    settle('closed')
    reconnect()
  }

  client[REQUEST] = () => {
    if (isConnecting || client.destroyed) return
    if (isLastAnswer) {
      if (pending.length === 0) reconnect()
      return
    }
    if (!tally.take()) return
    pending.push({ sentAtMs: now(), bytesSent: client.getRequestBuffer().length })
    own.doRequest()
  }

  client[DISCONNECT] = () => {
    settle(client.destroyed ? 'interrupted' : 'timeout')
    own.destroyConnection()
  }

  client.parser.execute = (chunk) => {
    const parsed = execute(chunk)
    if (!(parsed instanceof Error)) return parsed
    settle('protocol')
    reconnect()
    return chunk.length
  }

  function execute(chunk: Buffer): number | Error {
    answerable = pending.length
    try {
      return own.execute(chunk)
    } catch (error) {
      if (error instanceof UnaskedError) return error
      throw error
    }
  }

  /** Its callbacks are there only when the client first connects. */
  function prepareParser(): void {
    const { parser } = client
    const onHeadersComplete = parser[ON_HEADERS_COMPLETE]
    const onMessageComplete = parser[ON_MESSAGE_COMPLETE]
    parser[ON_HEADERS_COMPLETE] = (head: ResponseHead) => {
      if (answerable === 0) throw new UnaskedError('an answer that nobody asked for')
      status = head.statusCode
      if (isInformational(status)) return false
      isLastAnswer = options.isHead ? parser.connection.includes('close') : !head.shouldKeepAlive
      onHeadersComplete.call(parser, head)
      return options.isHead
    }
    parser[ON_MESSAGE_COMPLETE] = (info) => {
      if (!isInformational(status)) onMessageComplete.call(parser, info)
    }
    client.pipelinedRequests.addBody = () => undefined // nobody reads them
  }

  /** It asks for what is left of a wait, which is less than nothing where the timer before it came late: Node would warn. */
  function prepareTimeout(): void {
    const { timeoutTicker } = client
    const schedule = timeoutTicker[SCHEDULE].bind(timeoutTicker)
    timeoutTicker[SCHEDULE] = (ms) => schedule(Math.max(1, ms))
  }

  client.on('connError', (error: Error) => settle(outcomeOfError(error)))
  client.on('response', (code: number, bytesReceived: number) => {
    const { sentAtMs, bytesSent } = pending.shift()!
    answerable -= 1
    hasAnswered = true
    tally.record({ outcome: outcomeOfStatus(code), status: code, sentAtMs, endedAtMs: now(), bytesSent, bytesReceived })
  })
}

class UnaskedError extends Error {}

/** Another answer follows to the same request. */
function isInformational(status: number): boolean {
  return status < 200 && status !== 101
}
