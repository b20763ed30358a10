import type { Figures } from '../../engine/figures.ts'
import { verdictOf, type Measure, type Verdict } from '../../engine/verdict.ts'
import type { ShardLedger } from '../../engine/window-ledger.ts'
import type { SearchDocument, ShardDocument, ShardTotals } from '../../results/traffic-document.ts'
import type { TriedStep } from './decision.ts'
import { whyStopped } from './refusal.ts'
import { totalsOf } from './shard-document.ts'

/** Hosts whose clocks may differ by more did not work at the same time. */
export const MOST_UNCERTAINTY_MS = 50

/** What a generator's own lack of sockets is called as an outcome. */
const REFUSED_SOCKETS = 'sockets'

export interface RunVerdictInput {
  readonly model: 'open' | 'closed'
  /** Of the windows that arrived. */
  readonly total: Figures
  readonly shards: readonly ShardDocument[]
  /** Of each shard, in the same order. */
  readonly ledger: readonly ShardLedger[]
  /** Further reasons why data is missing. */
  readonly damages: readonly string[]
}

/** What a run's figures are worth, from how its shards ended and what arrived of them. */
export function runVerdict({ model, total, shards, ledger, damages }: RunVerdictInput): Verdict {
  return verdictOf({
    model,
    total,
    ledger,
    health: shards.flatMap(({ health }) => health),
    missing: [
      ...shards.flatMap(whyMissing),
      ...shards.flatMap(unsureClock),
      ...damages,
      ...differences(total, shards, ledger),
    ],
    refusedSockets: refusedSockets(total),
    aborted: whyStopped(shards),
  })
}

/**
 * A search goes beyond what its target can do, and may go beyond what the generator can: what counts is what its answer
 * rests on. Starts that were dropped in a step that failed are how the target failed.
 */
export function searchVerdict(verdict: Verdict, tried: readonly TriedStep[], search: SearchDocument): Verdict {
  if (verdict.state === 'incomplete' || verdict.state === 'aborted') return verdict
  const isLimited = search.endedBy === 'generator'
  const steps = tried.filter(({ outcome }) => (outcome === 'saturated') === isLimited)
  const measures = worstOf(steps.flatMap((step) => step.measures))
  const exceeded = measures.filter(({ value, limit }) => value > limit)
  return isLimited ? { state: 'saturated', measures, exceeded } : { state: 'valid', measures }
}

function worstOf(measures: readonly Measure[]): Measure[] {
  const worst = new Map<string, Measure>()
  for (const measure of measures) {
    const known = worst.get(measure.name)
    if (!known || measure.value > known.value) worst.set(measure.name, measure)
  }
  return [...worst.values()]
}

const WORDS: { readonly [State in ShardDocument['state']]?: string } = {
  never_started: 'never started',
  failed: 'failed',
  lost: 'was lost',
}

function whyMissing({ job_id, state, reason }: ShardDocument): string[] {
  const word = WORDS[state]
  return word === undefined ? [] : [`${job_id} ${word}: ${reason}`]
}

function unsureClock({ job_id, host, clock }: ShardDocument): string[] {
  if (clock === null || clock.uncertainty_ms <= MOST_UNCERTAINTY_MS) return []
  const unsure = `may be wrong by ${clock.uncertainty_ms} ms, at most ${MOST_UNCERTAINTY_MS} are allowed`
  return [`clocks: that of ${host}, which ran ${job_id}, ${unsure}`]
}

function refusedSockets({ steps }: Figures): number {
  let refused = 0
  for (const { outcomes } of steps.values()) refused += outcomes.get(REFUSED_SOCKETS)?.responseTime.count ?? 0
  return refused
}

/** Where every window has arrived, they must add up to what the shards counted themselves. */
function differences(total: Figures, shards: readonly ShardDocument[], ledger: readonly ShardLedger[]): string[] {
  const counted = shards.flatMap((shard) => shard.totals ?? [])
  const silent = shards.filter(({ totals, windows }) => totals === undefined && windows !== 0)
  if (silent.length > 0 || ledger.some(({ complete }) => !complete)) return []
  const arrived = totalsOf(total)
  return NAMES.flatMap((name) => {
    const sum = counted.reduce((all, totals) => all + BigInt(totals[name]), 0n)
    if (sum === BigInt(arrived[name])) return []
    return [`the windows add up to ${arrived[name]} ${name}, and the shards counted ${sum}`]
  })
}

const NAMES = [
  'due',
  'started',
  'dropped',
  'iterations',
  'samples',
  'response_us',
] as const satisfies readonly (keyof ShardTotals)[]
