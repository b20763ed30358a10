/**
 * How long the parties of a gang wait for each other, milliseconds. A shard that has not reached the table for HELD_MS
 * stores nothing more until it has; only after SILENT_MS does the scheduler take it for lost and record that in its place.
 * So of the two only one ever writes, as with a lease (docs/decisions/0014-gangs.md).
 */
export const BEAT_MS = 1_000
export const HELD_MS = 10_000
export const SILENT_MS = 15_000

/** How often the scheduler looks at a gang that waits for free slots, and at one that is under way. */
export const SLOTS_LOOK_MS = 250
export const RUNNING_LOOK_MS = 1_000
/** While clocks are compared each look is worth its price: it is what the uncertainty is made of. */
export const PING_LOOK_MS = 5

/** From the scheduler's decision to the agreed instant: more than any look at the table takes to see it. */
export const START_MARGIN_MS = 1_500

export const SLOTS_TIMEOUT_MS = 60_000
export const READY_TIMEOUT_MS = 30_000
/** A ready shard outlives a scheduler that is started again, and no more than that. */
export const LONGEST_READY_MS = 300_000

/** How often a gang that gathers is looked at: by its scheduler, and by each of its shards. Many share the table's partition. */
export function gatheringLookMs(size: number): number {
  return Math.min(50 + size, 500)
}
