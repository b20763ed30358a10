import type { Measure, Verdict } from '../engine/verdict.ts'
import type { ShardLedger } from '../engine/window-ledger.ts'
import type { MergedSource } from '../results/merged-from.ts'

type Run = Pick<MergedSource, 'label' | 'verdict'>

const FROM_WORST = ['incomplete', 'aborted', 'saturated', 'valid'] as const satisfies readonly Verdict['state'][]

/**
 * What several runs together are worth: as little as the least of them. Every reason names its run, and each measure is that
 * of the run in which it was worst. `ledger` is that of all shards; `joinStops` makes one reason of those for which runs were
 * aborted.
 */
export function worstVerdict(
  runs: readonly Run[],
  ledger: readonly ShardLedger[],
  joinStops: (stops: readonly { readonly label: string; readonly reason: string }[]) => string,
): Verdict {
  const states = new Set(runs.map(({ verdict }) => verdict.state))
  const state = FROM_WORST.find((one) => states.has(one)) ?? 'valid'
  const measures = worstOf(runs)
  const exceeded = runs.flatMap(({ label, verdict }) =>
    verdict.measures.filter(({ value, limit }) => value > limit).map((measure) => named(label, measure)),
  )
  if (state === 'incomplete') {
    const reasons = runs.flatMap(whyLess)
    return { state, reasons, shards: ledger.filter(({ complete }) => !complete), measures }
  }
  if (state === 'aborted') {
    const stops = runs.flatMap(({ label, verdict }) =>
      verdict.state === 'aborted' ? [{ label, reason: verdict.reason }] : [],
    )
    return { state, reason: joinStops(stops), exceeded, measures }
  }
  return state === 'saturated' ? { state, exceeded, measures } : { state, measures }
}

/** A run that was stopped early lacks what came after, too. */
function whyLess({ label, verdict }: Run): string[] {
  if (verdict.state === 'incomplete') return verdict.reasons.map((reason) => `${label}: ${reason}`)
  return verdict.state === 'aborted' ? [`${label}: aborted, ${verdict.reason}`] : []
}

function worstOf(runs: readonly Run[]): Measure[] {
  const worst = new Map<Measure['name'], Measure>()
  for (const { label, verdict } of runs) {
    for (const measure of verdict.measures) {
      const known = worst.get(measure.name)
      if (!known || burden(measure) > burden(known)) worst.set(measure.name, named(label, measure))
    }
  }
  return [...worst.values()]
}

/** How much of its limit a measure uses up; where nothing is allowed, how much there is. */
function burden({ value, limit }: Measure): number {
  return limit > 0 ? value / limit : value
}

function named(label: string, measure: Measure): Measure {
  return { ...measure, where: measure.where === '' ? label : `${label}: ${measure.where}` }
}
