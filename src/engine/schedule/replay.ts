import type { Arrivals } from './schedule.ts'
import type { SettingsOf } from './settings.ts'
import { assertShard } from './share.ts'

/** Recorded starts as whole microseconds from the first. The run ends just after the last has started. */
export function recordedStarts({ timestampsMs, speed }: Pick<SettingsOf<'replay'>, 'timestampsMs' | 'speed'>): {
  readonly offsetsUs: Float64Array
  readonly durationUs: number
} {
  const [origin] = timestampsMs
  const offsetsUs = Float64Array.from(timestampsMs, (ms) => Math.floor(((ms - origin) * 1000) / speed))
  return { offsetsUs, durationUs: offsetsUs[offsetsUs.length - 1] + 1 }
}

export function arrivalsAt(offsetsUs: Float64Array, shard: number, shards: number): Arrivals {
  assertShard(shard, shards)
  let index = shard - shards
  return {
    next() {
      index += shards
      return index < offsetsUs.length ? offsetsUs[index] : -1
    },
    get index() {
      return index
    },
  }
}
