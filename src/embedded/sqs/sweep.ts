import type { SqsContext } from './context.ts'
import { limits } from './limits.ts'

const everyMs = 15 * 60_000

// Keeps one step under some 10 ms: other requests come between two.
const atOnce = 200

/**
 * Frees the space of messages past their retention that nobody receives, of purged and deleted queues, and of what FIFO
 * queues need not remember any more. Nothing depends on it: everybody else passes over these by themselves.
 */
export function createSweep(
  { store, clock, queues, messages, tallies }: SqsContext,
  onError: (error: unknown) => void,
): { stop(): void } {
  const { database } = store
  const selectAbandoned = database.prepare('select id from sqs_piles where abandoned = 1 order by id limit 1')
  const deletePile = database.prepare('delete from sqs_piles where id = ?')
  const timeColumns = { sqs_deduplication: 'sent_ms', sqs_attempts: 'received_ms' }
  const ofFifo = Object.entries(timeColumns).map(([table, time]) => {
    const keys = `select pile_id, id from ${table} where ${time} <= ? order by ${time} limit ?`
    return database.prepare(`delete from ${table} where ${time} <= ? and (pile_id, id) in (${keys})`)
  })
  let cancel = (): void => {}

  function sweepExpired(): boolean {
    let left = false
    for (const queue of queues.all()) {
      const expiredMs = clock.now() - queue.retentionMs
      if ((messages.oldestMs(queue) ?? clock.now()) > expiredMs) continue
      left = store.transaction(() => messages.removeExpired(queue.pileId, expiredMs, atOnce)) === atOnce || left
    }
    return left
  }

  function sweepAbandoned(): boolean {
    const pile = selectAbandoned.get() as { id: number } | undefined
    if (pile === undefined) return false
    const isCleared = store.transaction(() => {
      if (messages.removeExpired(pile.id, Number.MAX_SAFE_INTEGER, atOnce) === atOnce) return false
      deletePile.run(pile.id)
      return true
    })
    if (isCleared) tallies.forget(pile.id)
    return true
  }

  function sweepMemory(): boolean {
    const beforeMs = clock.now() - limits.deduplicationMs
    const removed = ofFifo.map((statement) =>
      store.transaction(() => statement.run(beforeMs, beforeMs, atOnce).changes),
    )
    return removed.some((count) => Number(count) >= atOnce)
  }

  function run(): void {
    let left = false
    try {
      left = [sweepExpired(), sweepAbandoned(), sweepMemory()].includes(true)
    } catch (error) {
      onError(error)
    }
    if (left) soon()
    else cancel = clock.after(everyMs, run)
  }

  /** By turns of the event loop, not by the clock: one that is moved on by days would have all steps at once. */
  function soon(): void {
    const immediate = setImmediate(run).unref()
    cancel = () => clearImmediate(immediate)
  }

  cancel = clock.after(0, run)
  return { stop: () => cancel() }
}
