import type { Logger } from 'pino'
import { BATCH, type Delivery, type Queue } from '../../jobs/queue.ts'

const EVERY_MS = 5_000

/**
 * Keeps what is in work hidden from others, from a thread that is not computing. A host that dies stops extending, and
 * SQS delivers its messages elsewhere after `visibilitySeconds`. Answers a function that stops it.
 */
export function extendVisibility(options: {
  queue: Queue
  held: ReadonlySet<Delivery>
  visibilitySeconds: number
  log: Logger
}): () => void {
  const { queue, held, visibilitySeconds, log } = options
  let atLastTick = new Set<Delivery>()

  async function extend(): Promise<void> {
    const old = [...held].filter((delivery) => atLastTick.has(delivery)) // a fresh one has its time before it
    atLastTick = new Set(held)
    for (let at = 0; at < old.length; at += BATCH) await queue.hide(old.slice(at, at + BATCH), visibilitySeconds)
  }

  const timer = setInterval(() => {
    extend().catch((error: unknown) => log.warn(error, 'visibility could not be extended; the message may come twice'))
  }, EVERY_MS)
  return () => clearInterval(timer)
}
