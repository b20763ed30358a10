import { systemClock, type Clock } from '../../clock.ts'

/** Time as traffic jobs use it; tests hand in their own. */
export interface TrafficMeans {
  readonly clock: Clock
  /** How often windows are shipped; default: a second, more where many shards would make too many objects. */
  readonly shipEveryMs: number | undefined
  /** How long the load thread may take to load its module and get ready. */
  readonly readyMs: number
  /** How long the store may fail when the load has ended, before windows are given up. */
  readonly finishMs: number
  /** How much longer than its schedule, its grace included, a load thread may take before it is ended. */
  readonly overtimeMs: number
}

export const TRAFFIC_MEANS: TrafficMeans = {
  clock: systemClock,
  shipEveryMs: undefined,
  readyMs: 60_000,
  finishMs: 30_000,
  overtimeMs: 30_000,
}

const MS_PER_SHARD = 50

/** 1 s for up to 20 shards, 5 s for 100 and more: about 20 objects a second, whatever their number. */
export function shipEveryMs({ shipEveryMs: given }: TrafficMeans, shards: number): number {
  return given ?? Math.min(Math.max(shards * MS_PER_SHARD, 1_000), 5_000)
}
