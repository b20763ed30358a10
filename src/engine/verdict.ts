import type { GeneratorHealth } from './generator-health.ts'
import type { Figures } from './figures.ts'
import { LATE_AFTER_MS } from './schedule/schedule.ts'
import type { ShardLedger } from './window-ledger.ts'

/** One sign of a generator that was the bottleneck: what was measured, and what it may be at most. */
export interface Measure {
  readonly name:
    | 'schedule_slip_p99_ms'
    | 'dropped_starts'
    | 'event_loop_delay_p99_ms'
    | 'event_loop_delay_max_ms'
    | 'cpu_share'
    | 'gc_share'
    | 'open_files'
    | 'refused_sockets'
  /** Which thread or host; empty for the whole run. */
  readonly where: string
  readonly value: number
  readonly limit: number
}

interface Measured {
  /** Every measure taken, the worst thread of each, whatever the verdict. */
  readonly measures: readonly Measure[]
}

/** What a run's figures are worth, said before them. */
export type Verdict =
  | (Measured & { readonly state: 'valid' })
  | (Measured & { readonly state: 'saturated'; readonly exceeded: readonly Measure[] })
  /** Windows or shards are missing, or hosts' clocks were too unsure. `reasons` in words, `shards` those that lack. */
  | (Measured & {
      readonly state: 'incomplete'
      readonly reasons: readonly string[]
      readonly shards: readonly ShardLedger[]
    })
  /** Ended before the schedule was through: by a signal, a limit, a failed threshold. */
  | (Measured & { readonly state: 'aborted'; readonly reason: string; readonly exceeded: readonly Measure[] })

export interface VerdictInput {
  readonly model: 'open' | 'closed'
  /** The whole run's. */
  readonly total: Pick<Figures, 'slip' | 'starts'>
  readonly health: readonly GeneratorHealth[]
  readonly ledger: readonly ShardLedger[]
  /** Other reasons for incomplete data, e.g. `shard 3 never got ready`, `clocks: …`. */
  readonly missing?: readonly string[]
  /** Errors of the generator's own side: EMFILE, EADDRNOTAVAIL, ENOBUFS. */
  readonly refusedSockets?: number
  /** Why the run was stopped early; undefined where it was not. */
  readonly aborted?: string | undefined
}

/** What a healthy generator stays within. Shares are of one core or of the time. */
export const HEALTH_LIMITS = {
  slipP99Ms: LATE_AFTER_MS,
  /** Starts dropped because `maxVUs` were in flight: the offered load is not the one asked for. */
  droppedStarts: 0,
  eventLoopDelayP99Ms: 10,
  /** Whatever the percentile says, a generator that stood still for a second has not measured that second. */
  eventLoopDelayMaxMs: 1_000,
  cpuShare: 0.9,
  gcShare: 0.1,
  openFilesShare: 0.95,
  refusedSockets: 0,
} as const

/** Incomplete data goes before everything: nothing can be said about what is not there. */
export function verdictOf(input: VerdictInput): Verdict {
  const measures = measuresOf(input)
  const exceeded = measures.filter(({ value, limit }) => value > limit)
  const shards = input.ledger.filter(({ complete }) => !complete)
  const reasons = [...shards.map(describeGap), ...(input.missing ?? [])]
  if (reasons.length > 0) return { state: 'incomplete', reasons, shards, measures }
  if (input.aborted !== undefined) return { state: 'aborted', reason: input.aborted, exceeded, measures }
  if (exceeded.length > 0) return { state: 'saturated', exceeded, measures }
  return { state: 'valid', measures }
}

function measuresOf({ model, total, health, refusedSockets = 0 }: VerdictInput): Measure[] {
  const worst = (name: Measure['name'], valueOf: (one: GeneratorHealth) => number, limit: number): Measure[] => {
    const [first] = [...health].sort((a, b) => valueOf(b) - valueOf(a))
    return first ? [{ name, where: first.where, value: valueOf(first), limit }] : []
  }
  const slipP99Ms = total.slip.quantileUs(slipQuantile(total.slip.count)) / 1000
  return [
    { name: 'schedule_slip_p99_ms', where: '', value: slipP99Ms, limit: HEALTH_LIMITS.slipP99Ms[model] },
    { name: 'dropped_starts', where: '', value: total.starts.dropped, limit: HEALTH_LIMITS.droppedStarts },
    ...worst('event_loop_delay_p99_ms', (one) => one.eventLoopDelayP99Ms, HEALTH_LIMITS.eventLoopDelayP99Ms),
    ...worst('event_loop_delay_max_ms', (one) => one.eventLoopDelayMaxMs ?? 0, HEALTH_LIMITS.eventLoopDelayMaxMs),
    ...worst('cpu_share', (one) => one.cpuShare, HEALTH_LIMITS.cpuShare),
    ...worst('gc_share', (one) => one.gcShare, HEALTH_LIMITS.gcShare),
    ...openFilesOf(health),
    { name: 'refused_sockets', where: '', value: refusedSockets, limit: HEALTH_LIMITS.refusedSockets },
  ]
}

/** The worst of a few dozen starts is chance, not a bottleneck: at least so many must be beyond what is judged. */
const STARTS_BEYOND = 5

function slipQuantile(starts: number): number {
  return Math.min(0.99, Math.max(0.5, 1 - STARTS_BEYOND / Math.max(starts, 1)))
}

function openFilesOf(health: readonly GeneratorHealth[]): Measure[] {
  const known = health.flatMap(({ where, openFiles, openFilesLimit }) => {
    if (openFiles === undefined || openFilesLimit === undefined) return []
    const limit = Math.floor(openFilesLimit * HEALTH_LIMITS.openFilesShare)
    return [{ name: 'open_files', where, value: openFiles, limit } as const]
  })
  return known.sort((a, b) => b.value / b.limit - a.value / a.limit).slice(0, 1)
}

function describeGap({ shard, due, received, missing }: ShardLedger): string {
  if (due === undefined) return `shard ${shard} never said that it ended; ${received} of its windows arrived`
  const ranges = missing.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
  return `shard ${shard}: ${received} of ${due} windows arrived, missing ${ranges}`
}
