/**
 * Collects single items into calls of up to `size`: the first goes at once, the rest travel together behind it. So a
 * quiet system waits for nothing, and a busy one makes a tenth of the calls.
 */
export interface Batcher<T> {
  /** Resolves when the item's batch is through; rejects with its error. */
  add(item: T): Promise<void>
}

export function createBatcher<T>(flush: (items: T[]) => Promise<void>, size: number, inFlight: number): Batcher<T> {
  const waiting: { item: T; done: PromiseWithResolvers<void> }[] = []
  let running = 0

  function pump(): void {
    while (running < inFlight && waiting.length > 0) {
      const batch = waiting.splice(0, size)
      running++
      flush(batch.map(({ item }) => item))
        .then(
          () => batch.forEach(({ done }) => done.resolve()),
          (error: unknown) => batch.forEach(({ done }) => done.reject(error)),
        )
        .finally(() => {
          running--
          pump()
        })
    }
  }

  return {
    add(item) {
      const done = Promise.withResolvers<void>()
      waiting.push({ item, done })
      pump()
      return done.promise
    },
  }
}
