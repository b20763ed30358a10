import type { Clock } from '../clock.ts'
import type { HostRow, HostTable } from './host-table.ts'

/** What living hosts offer together. */
export interface Offer {
  readonly hosts: number
  readonly freeSlots: number
}

/**
 * Tells hosts that live from rows that dead ones left behind, by watching: a row counts once it has moved, or come, since
 * the last look, and for FRESH_MS from then on.
 */
export interface HostWatch {
  look(): Promise<Offer>
  /** What hosts said so far no longer holds: slots were taken since. They count again once they have spoken. */
  forget(): void
}

const FRESH_MS = 5_000

interface Watched {
  readonly row: HostRow
  /** Monotonic; undefined until it has been seen to move. */
  readonly movedAt: number | undefined
}

export function watchHosts(table: HostTable, clock: Clock): HostWatch {
  let watched: ReadonlyMap<string, Watched> | undefined
  let lookedAt = 0

  return {
    async look() {
      const rows = await table.readAll()
      const now = clock.monotonic()
      const before = watched
      // One that moved some time in a long pause may have died in it.
      const isContinuous = before !== undefined && now - lookedAt <= FRESH_MS
      const seen = (row: HostRow): Watched => {
        const known = before?.get(row.host)
        if (known?.row.beat === row.beat) return known
        return { row, movedAt: isContinuous ? now : undefined }
      }
      watched = new Map(rows.map((row) => [row.host, seen(row)]))
      lookedAt = now
      const alive = [...watched.values()].filter(({ movedAt }) => movedAt !== undefined && now - movedAt <= FRESH_MS)
      return { hosts: alive.length, freeSlots: alive.reduce((sum, { row }) => sum + row.freeSlots, 0) }
    },
    forget() {
      watched = undefined
    },
  }
}
