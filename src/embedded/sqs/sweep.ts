import type { SqsContext } from './context.ts'

const everyMs = 5 * 60_000
const atOnce = 1000

/**
 * Frees the space of messages past their retention that nobody receives. Nothing depends on it: receives and counts
 * pass over them by themselves.
 */
export function createSweep(
  { store, clock, queues, messages }: SqsContext,
  onError: (error: unknown) => void,
): { stop(): void } {
  let cancel = (): void => {}

  /** Answers whether there is more to remove. */
  function sweep(): boolean {
    let left = false
    for (const queue of queues.all()) {
      const removed = store.transaction(() => messages.removeExpired(queue, clock.now() - queue.retentionMs, atOnce))
      left ||= removed === atOnce
    }
    return left
  }

  function run(): void {
    let left = false
    try {
      left = sweep()
    } catch (error) {
      onError(error)
    }
    // Other requests come between two short transactions.
    cancel = clock.after(left ? 0 : everyMs, run)
  }

  cancel = clock.after(0, run)
  return { stop: () => cancel() }
}
