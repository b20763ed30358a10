import { systemClock } from '../../clock.ts'
import { BATCH, type Delivery, type Queue } from '../../jobs/queue.ts'
import type { WorkerPool } from './worker-pool.ts'

/** While there is more to do than slots, a moment until more of them are free halves the receives; the others are at work. */
const BREATH_MS = 5

/** Receives what the free slots can take, and never more, until it is told to end. */
export async function receiveWhileFree(options: {
  incoming: Queue
  pool: WorkerPool
  /** Of all threads together, free or not. */
  slots: number
  /** What is received stays hidden from others that long. */
  visibilitySeconds: number
  until: AbortSignal
  accept: (delivery: Delivery) => void
}): Promise<void> {
  const { incoming, pool, slots, visibilitySeconds, until, accept } = options
  const few = Math.min(slots, BATCH) / 2
  let busy = false
  const stopped = new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }))
  while (!until.aborted) {
    if (pool.freeSlots <= 0) {
      await Promise.race([pool.changed(), stopped])
      continue
    }
    try {
      if (busy && pool.freeSlots < few) await systemClock.sleep(BREATH_MS, until)
      const max = Math.min(pool.freeSlots, BATCH)
      if (max <= 0) continue // a thread died meanwhile
      const deliveries = await incoming.receive({ max, visibilitySeconds, signal: until })
      deliveries.forEach(accept)
      busy = deliveries.length === max
    } catch (error) {
      if (!until.aborted) throw error
    }
  }
}
