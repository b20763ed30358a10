/** One shard's part of a whole number that belongs to the whole run: all parts sum to it exactly. */
export function shareOf(total: number, shard: number, shards: number): number {
  return Math.floor(total / shards) + (shard < total % shards ? 1 : 0)
}

/** Throws RangeError for a shard that cannot be: a plan's fault, not a user's. */
export function assertShard(shard: number, shards: number): void {
  if (Number.isInteger(shards) && shards >= 1 && Number.isInteger(shard) && shard >= 0 && shard < shards) return
  throw new RangeError(`a shard must be 0 … shards - 1, got shard ${shard} of ${shards}`)
}
