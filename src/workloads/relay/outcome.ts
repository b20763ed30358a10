import { SOCKET_OUTCOMES } from '../traffic/socket-outcomes.ts'

/** A step that did not come to its end, and why: `timeout`, `refused`, `closed_3500`, `lost`, … Fails its iteration. */
export class StepFailure extends Error {
  readonly outcome: string
  constructor(step: string, outcome: string, options?: ErrorOptions) {
    super(`${step}: ${outcome}`, options)
    this.outcome = outcome
  }
  override get name(): string {
    return this.constructor.name
  }
}

/** The run is over, or was stopped. */
export const INTERRUPTED = 'interrupted'

const CLASSES: { readonly [code: string]: string } = SOCKET_OUTCOMES
const TLS = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)|^HOSTNAME_MISMATCH$/
/** Of ws and of Node's HTTP parser: what came was no WebSocket, or no HTTP. */
const GARBAGE = /^(?:WS_ERR|HPE_)/
const STATUS = /^Unexpected server response: (\d)\d\d$/
const OTHER_HANDSHAKE = /^(?:Invalid |Server sent |Unexpected |Missing )/

/** The class of what a socket failed with. */
export function classOfError(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (Object.hasOwn(CLASSES, code)) return CLASSES[code]
  if (TLS.test(code)) return 'tls'
  if (GARBAGE.test(code)) return 'protocol'
  const status = STATUS.exec(error.message)?.[1]
  if (status !== undefined) return status === '4' || status === '5' ? `http_${status}xx` : 'protocol'
  if (error.message === 'Opening handshake has timed out') return 'timeout'
  return OTHER_HANDSHAKE.test(error.message) ? 'protocol' : 'error'
}

/** Codes of Centrifuge's client itself, below those of servers. */
const TIMEOUT = 1
export const FIRST_OF_SERVER = 100
const FIRST_OF_CLOSE = 1000

/** The class of an error that Centrifuge's client or the relay gave a code; `transport` is what became of its socket. */
export function classOfCode(code: number, transport: string): string {
  if (code >= FIRST_OF_CLOSE) return `closed_${code}`
  if (code >= FIRST_OF_SERVER) return `error_${code}`
  return code === TIMEOUT ? 'timeout' : transport
}

/** Whether coming back is of use: Centrifuge's rule for close codes. */
export function isFinalClose(code: number): boolean {
  return (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000)
}
