import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import type { Queue } from './queues.ts'

export interface Counts {
  readonly visible: number
  /** Received, and hidden since. */
  readonly inFlight: number
  /** Hidden, and never received. */
  readonly delayed: number
}

/** What decides where a message is counted. */
export interface Countable {
  readonly pileId: number
  readonly id: number
  readonly visibleMs: number
  readonly receiveCount: number
}

/** What decides whether it is still counted, too. */
export interface Counted extends Countable {
  readonly sentMs: number
}

/**
 * How many messages of a queue are in which state, at the same cost at any depth. Each count is kept for a moment
 * (`asOfMs`) and moved on: by the changes it is told of, and by those messages alone that became visible or expired
 * since. Counted in full only once per pile after a start, or where time or the retention went backwards.
 */
export interface Tallies {
  /** Those past the queue's retention are not counted, whether they were cleared away or not. */
  count(queue: Queue, nowMs: number): Counts
  /** Of those in flight, what may be a few too many, but costs nothing. */
  inFlightAtMost(queue: Queue, nowMs: number): number
  /** Counts a pile that was not counted yet: cheap before its first message, a fifth of a second at a million. */
  begin(queue: Queue): void
  /** To be told of each change: what a message was (undefined: it is new) and is (undefined: it is gone). */
  changed(was: Countable | undefined, is: Counted | undefined): void
  /** To be told when nothing is left of a pile that was abandoned. */
  forget(pileId: number): void
  /** `store` with its transactions watched: after one that was rolled back everything is counted anew. */
  watched(store: Store): Store
}

interface Tally {
  visible: number
  inFlight: number
  delayed: number
  asOfMs: number
  /** Messages sent until then are not counted. */
  expiredMs: number
  /** The first id that was not expired: ids rise with the time of sending. */
  firstId: number
  /** Changes since `asOfMs`. */
  changes: number
}

// Beyond so many at once, counting in full is faster than looking at each.
const mostSteps = 10_000

// A tally is moved on after so many changes, so that a queue whose counters nobody asks for does not fall far behind.
const mostChanges = 1000

export function createTallies({ database }: Store, clock: EmbeddedClock): Tallies {
  const selectAll = database.prepare(
    `select count(*) filter (where sent_ms > ?2 and visible_ms <= ?1) as visible,
            count(*) filter (where sent_ms > ?2 and visible_ms > ?1 and receive_count > 0) as inFlight,
            count(*) filter (where sent_ms > ?2 and visible_ms > ?1 and receive_count = 0) as delayed,
            coalesce(max(id) filter (where sent_ms <= ?2), 0) + 1 as firstId
     from sqs_state where pile_id = ?3`,
  )
  // Twice as fast as the one above, where nothing is expired: the index has all that it needs.
  const selectVisible = database.prepare(
    'select count(*) as count from sqs_state where pile_id = ? and head = ? and visible_ms <= ?',
  )
  const selectAppeared = database.prepare(
    `select count(*) filter (where receive_count > 0) as inFlight, count(*) filter (where receive_count = 0) as delayed
     from sqs_state where pile_id = ? and head = ? and visible_ms > ? and visible_ms <= ? and id >= ?`,
  )
  const selectOldest = database.prepare(
    `select id, sent_ms, visible_ms as visibleMs, receive_count as receiveCount
     from sqs_state where pile_id = ? and id >= ? order by id limit ?`,
  )
  const tallies = new Map<number, Tally>()
  let isTold = false

  function recount(queue: Queue, nowMs: number, expiredMs: number): Tally {
    const [oldest] = selectOldest.all(queue.pileId, 0, 1) as unknown as { sent_ms: number }[]
    const isFresh = oldest === undefined || oldest.sent_ms > expiredMs
    const counts = isFresh
      ? countFresh(queue, nowMs)
      : (selectAll.get(nowMs, expiredMs, queue.pileId) as unknown as Counts & { firstId: number })
    const tally = { ...counts, asOfMs: nowMs, expiredMs, changes: 0 }
    tallies.set(queue.pileId, tally)
    return tally
  }

  function countFresh({ pileId, isFifo }: Queue, nowMs: number): Counts & { firstId: number } {
    const result = { visible: 0, inFlight: 0, delayed: 0, firstId: 0 }
    for (const head of isFifo ? [0, 1] : [1]) {
      const { count } = selectVisible.get(pileId, head, nowMs) as { count: number }
      const hidden = selectAppeared.get(pileId, head, nowMs, Number.MAX_SAFE_INTEGER, 0) as unknown as Counts
      result.visible += count
      result.inFlight += hidden.inFlight
      result.delayed += hidden.delayed
    }
    return result
  }

  /** Counts as visible what became so since the tally's moment. */
  function appear(tally: Tally, pileId: number, nowMs: number): void {
    for (const head of [0, 1]) {
      const found = selectAppeared.get(pileId, head, tally.asOfMs, nowMs, tally.firstId)
      const { inFlight, delayed } = found as unknown as Counts
      tally.inFlight -= inFlight
      tally.delayed -= delayed
      tally.visible += inFlight + delayed
    }
    tally.asOfMs = nowMs
    tally.changes = 0
  }

  /** Takes out what expired since the tally's moment; answers false where that is too much to look at one by one. */
  function expire(tally: Tally, { pileId }: Queue, expiredMs: number): boolean {
    for (let steps = 0; steps < mostSteps;) {
      const rows = selectOldest.all(pileId, tally.firstId, steps === 0 ? 1 : 1000) as unknown as (Countable & {
        sent_ms: number
      })[]
      for (const row of rows) {
        if (row.sent_ms > expiredMs) {
          tally.expiredMs = expiredMs
          return true
        }
        tally[kindOf(tally, row)] -= 1
        tally.firstId = row.id + 1
      }
      if (rows.length === 0) {
        tally.expiredMs = expiredMs
        return true
      }
      steps += rows.length
    }
    return false
  }

  return {
    count(queue, nowMs) {
      const expiredMs = nowMs - queue.retentionMs
      let tally = tallies.get(queue.pileId)
      if (tally === undefined || nowMs < tally.asOfMs || expiredMs < tally.expiredMs) {
        tally = recount(queue, nowMs, expiredMs)
      } else {
        if (nowMs > tally.asOfMs) appear(tally, queue.pileId, nowMs)
        if (expiredMs > tally.expiredMs && !expire(tally, queue, expiredMs)) tally = recount(queue, nowMs, expiredMs)
      }
      const { visible, inFlight, delayed } = tally
      return { visible, inFlight, delayed }
    },
    inFlightAtMost: (queue, nowMs) =>
      (tallies.get(queue.pileId) ?? recount(queue, nowMs, nowMs - queue.retentionMs)).inFlight,
    begin(queue) {
      const nowMs = clock.now()
      if (!tallies.has(queue.pileId)) recount(queue, nowMs, nowMs - queue.retentionMs)
    },
    changed(was, is) {
      isTold = true
      takeOut(was)
      if (is === undefined) return
      takeIn(is)
      moveOn(is.pileId)
    },
    forget: (pileId) => void tallies.delete(pileId),
    watched: (store) => ({
      ...store,
      transaction(work) {
        isTold = false
        try {
          return store.transaction(work)
        } catch (error) {
          if (isTold) tallies.clear()
          throw error
        }
      },
    }),
  }

  /** Only where store and tally agree: at the end of a change. */
  function moveOn(pileId: number): void {
    const tally = tallies.get(pileId)
    if (tally === undefined) return
    tally.changes += 1
    const nowMs = clock.now()
    if (tally.changes >= mostChanges && nowMs > tally.asOfMs) appear(tally, pileId, nowMs)
  }

  function takeOut(message: Countable | undefined): void {
    const tally = message && tallies.get(message.pileId)
    if (tally && message.id >= tally.firstId) tally[kindOf(tally, message)] -= 1
  }

  function takeIn(message: Counted): void {
    const tally = tallies.get(message.pileId)
    if (tally === undefined) return
    // It may come from a queue that keeps messages longer. Then all before it are expired as well.
    if (message.sentMs <= tally.expiredMs) tally.firstId = Math.max(tally.firstId, message.id + 1)
    if (message.id >= tally.firstId) tally[kindOf(tally, message)] += 1
  }
}

function kindOf({ asOfMs }: Tally, { visibleMs, receiveCount }: Countable): keyof Counts {
  if (visibleMs <= asOfMs) return 'visible'
  return receiveCount > 0 ? 'inFlight' : 'delayed'
}
