import { WebSocket } from 'ws'
import { isFrame } from './is-frame.ts'
import { classOfError } from './outcome.ts'

export interface SocketOptions {
  /** What is open, to be seen to its end. */
  readonly sockets: Set<WebSocket>
  readonly handshakeTimeoutMs: number
  /** It is gone, and not because we closed it: why, and the close code where there was one. Before `onclose`. */
  readonly onLost: (outcome: string, code: number) => void
  readonly onOpen?: () => void
  readonly onMessage?: (text: string) => void
}

const LONGEST_MESSAGE_BYTES = 1_048_576
const NORMAL = 1000
const PROTOCOL_ERROR = 1002
/** The peer's share in closing; what takes longer is cut. */
const FAREWELL_MS = 1000

/**
 * A WebSocket as Centrifuge's client wants it, and as thin as ten thousand idle ones need it. It knows why it ended,
 * which that client does not tell, and keeps frames from it that are no replies: on some of them the client throws.
 */
export class RelaySocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: string }) => void) | null = null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null
  onerror: ((error: Error) => void) | null = null
  readonly #socket: WebSocket
  readonly #options: SocketOptions
  #isOurs = false
  #outcome: string | undefined

  constructor(url: string, options: SocketOptions) {
    const { sockets, handshakeTimeoutMs, onLost } = options
    this.#options = options
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: LONGEST_MESSAGE_BYTES,
    })
    this.#socket = socket
    sockets.add(socket)
    socket.on('open', () => {
      options.onOpen?.()
      this.onopen?.()
    })
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary))
    socket.on('error', (error) => {
      this.#outcome ??= classOfError(error)
    })
    socket.on('close', (code, reason) => {
      sockets.delete(socket)
      if (!this.#isOurs) onLost(this.#outcome ?? `closed_${code}`, code)
      this.onclose?.({ code, reason: reason.toString() })
    })
  }

  send(text: string): void {
    // What is lost because the socket is closing is told by its end.
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  close(): void {
    this.#isOurs = true
    this.#end(NORMAL)
  }

  /** Ends it for a reason of ours that is the peer's fault. */
  fail(outcome: string): void {
    this.#outcome ??= outcome
    this.#end(PROTOCOL_ERROR)
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isOurs || this.#outcome !== undefined) return
    const text = data.toString()
    if (isBinary || !isFrame(text)) return this.fail('protocol')
    this.#options.onMessage?.(text)
    this.onmessage?.({ data: text })
  }

  #end(code: number): void {
    const socket = this.#socket
    socket.close(code)
    const cut = setTimeout(() => socket.terminate(), FAREWELL_MS)
    socket.once('close', () => clearTimeout(cut))
  }
}
