/** What the parties of a session say to each other. */
export type Message =
  | { readonly type: 'session-request'; readonly session: string }
  | { readonly type: 'handshake-offer' }
  | { readonly type: 'handshake-ack' }
  /** About 150 bytes. */
  | { readonly type: 'request'; readonly id: string; readonly method: string; readonly params: readonly string[] }
  /** About 140 bytes. */
  | { readonly type: 'reply'; readonly id: string; readonly result: string }

/** What is published: the relay sees opaque bytes, as it would of encrypted ones, which would only burden the generator. */
export interface Envelope {
  readonly clientId: string
  /** From 1, one more with every message of this client in this channel. */
  readonly nonce: number
  readonly payload: string
}

const TYPES = ['session-request', 'handshake-offer', 'handshake-ack', 'request', 'reply']

export function seal(clientId: string, nonce: number, message: Message): Envelope {
  return { clientId, nonce, payload: Buffer.from(JSON.stringify(message)).toString('base64') }
}

/** Undefined for what is no envelope of ours. */
export function readEnvelope(data: unknown): Envelope | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { clientId, nonce, payload } = data as Partial<Record<keyof Envelope, unknown>>
  if (typeof clientId !== 'string' || typeof payload !== 'string') return undefined
  return Number.isSafeInteger(nonce) ? (data as Envelope) : undefined
}

/** Undefined for what is no message of ours. */
export function open({ payload }: Envelope): Message | undefined {
  try {
    const message = JSON.parse(Buffer.from(payload, 'base64').toString()) as Partial<Message> | null
    return TYPES.includes(message?.type ?? '') ? (message as Message) : undefined
  } catch {
    return undefined // no JSON
  }
}

/** A signing request as a wallet gets it; the fixed text is requirement 000's size. */
export function requestOf(id: string): Message {
  return { type: 'request', id, method: 'personal_sign', params: ['0x48656c6c6f', `0x${'ab'.repeat(20)}`] }
}

export function replyOf(id: string): Message {
  return { type: 'reply', id, result: `0x${'cd'.repeat(32)}` }
}
