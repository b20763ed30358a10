import { checksOf, isCheckCounter } from '../../engine/check-counts.ts'
import type { Failure } from '../../engine/failure-log.ts'
import type { StepFigures } from '../../engine/figures.ts'
import { WINDOW_MS } from '../../engine/recorder.ts'
import type { Verdict } from '../../engine/verdict.ts'
import type { ShardLedger } from '../../engine/window-ledger.ts'
import type { StoredObject } from '../../results/stores.ts'
import type { SearchDocument, ShardDocument, TrafficDocument } from '../../results/traffic-document.ts'
import { latencyDocument, stepDocument } from '../../results/traffic-figures.ts'
import type { RunFigures } from '../../results/traffic-run-figures.ts'

export interface TrafficDocumentInput {
  readonly verdict: Verdict
  readonly workload: string
  readonly model: 'open' | 'closed'
  readonly executor: string
  readonly scheduleDigest: string
  readonly target: string
  readonly shards: readonly ShardDocument[]
  readonly ledger: readonly ShardLedger[]
  readonly figures: RunFigures
  readonly files: readonly StoredObject[]
  /** Default: the longest of the shards and of what arrived of them. */
  readonly durationMs?: number
  readonly search?: SearchDocument | undefined
  readonly extra?: TrafficDocument['extra'] | undefined
}

/** `traffic.json` from merged windows and the documents of the shards: pure. */
export function trafficDocument(input: TrafficDocumentInput): TrafficDocument {
  const { figures, shards, search, extra } = input
  const { total, levels, timeline, heatBoundsMs, heat } = figures
  const steps = [...total.steps].filter(([, step]) => isUsed(step))
  const all = stepDocument(...steps.map(([, step]) => step))
  return {
    format_version: 1,
    verdict: input.verdict,
    workload: input.workload,
    model: input.model,
    executor: input.executor,
    schedule_digest: input.scheduleDigest,
    target: input.target,
    started_at: shards.find(({ started_at }) => started_at !== undefined)?.started_at ?? null,
    duration_ms: input.durationMs ?? durationOf(shards, figures.windows),
    shards,
    ledger: input.ledger,
    starts: { ...total.starts },
    slip_ms: latencyDocument(total.slip),
    iterations: stepDocument(total.iterations),
    steps: Object.fromEntries(steps.map(([name, step]) => [name, stepDocument(step)])),
    all_steps: all,
    checks: checksOf(total),
    counters: Object.fromEntries([...total.counters].filter(([name]) => !isCheckCounter(name))),
    levels: Object.fromEntries(levels),
    bytes_sent: all.bytes_sent,
    bytes_received: all.bytes_received,
    timeline,
    heat_bounds_ms: heatBoundsMs,
    heat,
    failures: mergedFailures(shards),
    ...(search && { search }),
    files: [...input.files].sort((a, b) => (a.key < b.key ? -1 : 1)),
    ...(extra && { extra }),
  }
}

/** A lost shard says no duration, and its windows do. */
export function durationOf(shards: readonly ShardDocument[], windows: number): number {
  const longest = Math.max(0, ...shards.map(({ duration_ms }) => duration_ms))
  return shards.some((shard) => shard.windows === null) ? Math.max(longest, windows * WINDOW_MS) : longest
}

const MOST_FAILURES = 50

/** The same reason of several shards counts together; the most frequent first. */
function mergedFailures(shards: readonly ShardDocument[]): Failure[] {
  const merged = new Map<string, Failure>()
  for (const failure of shards.flatMap(({ failures }) => failures)) {
    const known = merged.get(failure.message)
    merged.set(failure.message, known ? { ...known, count: known.count + failure.count } : failure)
  }
  const sorted = [...merged.values()].sort((a, b) => b.count - a.count || (a.message < b.message ? -1 : 1))
  return sorted.slice(0, MOST_FAILURES)
}

function isUsed(step: StepFigures): boolean {
  return step.count > 0 || [...step.timings.values()].some(({ count }) => count > 0)
}
