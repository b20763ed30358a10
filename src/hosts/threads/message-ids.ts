import type { Delivery } from '../../jobs/queue.ts'

/** What every line of a host's log says of the message it is about. */
export interface MessageIds {
  readonly run_id: string | null
  readonly job_id: string | null
  /** The message's own `correlation_id`, where its sender gave one; else SQS's message id. */
  readonly correlation_id: string
}

/** Of any message, also of one that nobody can process. */
export function messageIds({ body, messageId }: Delivery): MessageIds {
  const message = parse(body)
  return {
    run_id: text(message, 'run_id') ?? null,
    job_id: text(message, 'job_id') ?? null,
    correlation_id: text(message, 'correlation_id') ?? messageId,
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // a message that is not JSON has no ids but SQS's
  }
}

function text(message: unknown, name: string): string | undefined {
  const value: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined
  return typeof value === 'string' ? value : undefined
}
