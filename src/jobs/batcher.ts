import { systemClock } from '../clock.ts'

const MOMENT_MS = 5

/**
 * Collects single items into calls of up to `size`, one call at a time: the first goes at once, what comes meanwhile
 * travels together behind it, after a moment in which more may come. So a quiet system waits for nothing, and a busy one
 * makes a tenth of the calls.
 */
export interface Batcher<T> {
  /** Resolves when the item's batch is through; rejects with its error. */
  add(item: T): Promise<void>
}

export function createBatcher<T>(
  flush: (items: T[]) => Promise<void>,
  size: number,
  moment: () => Promise<void> = () => systemClock.sleep(MOMENT_MS),
): Batcher<T> {
  const waiting: { item: T; done: PromiseWithResolvers<void> }[] = []
  let running = false

  async function pump(): Promise<void> {
    if (running) return
    running = true
    let busy = false
    while (waiting.length > 0) {
      if (busy && waiting.length < size) await moment()
      const batch = waiting.splice(0, size)
      try {
        await flush(batch.map(({ item }) => item))
        for (const { done } of batch) done.resolve()
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
      busy = batch.length > 1
    }
    running = false
  }

  return {
    add(item) {
      const done = Promise.withResolvers<void>()
      waiting.push({ item, done })
      void pump()
      return done.promise
    },
  }
}
