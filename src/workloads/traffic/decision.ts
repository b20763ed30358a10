import type { Measure } from '../../engine/verdict.ts'
import type { SettingsOf } from '../../engine/schedule/settings.ts'
import { nextSearchStep, type Observation, type SearchStep } from '../../engine/schedule/step-to-failure.ts'
import { parseJson } from '../../results/percentiles-document.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { SearchDocument } from '../../results/traffic-document.ts'
import { decisionKey } from '../../results/traffic-layout.ts'

/** What one step of a search showed. */
export interface TriedStep extends Observation {
  readonly p95_ms: number | null
  readonly error_share: number
  readonly measures: readonly Measure[]
}

/** `decisions/step-k.json`: everything a search knows after its step k. */
export interface DecisionDocument {
  readonly format_version: 1
  /** Steps that made load. */
  readonly ran: number
  readonly tried: readonly TriedStep[]
  /** `ended`: a step did not show anything, because it was stopped or is incomplete. */
  readonly next: SearchStep | { readonly state: 'ended'; readonly reason: string }
}

/** After step 0 nothing is known. */
export async function readDecision(
  objects: ObjectStore,
  step: number,
  search: SettingsOf<'step-to-failure'>,
): Promise<DecisionDocument> {
  if (step === 0) return { format_version: 1, ran: 0, tried: [], next: nextSearchStep(search, []) }
  return parseJson(await objects.get(decisionKey(step))) as DecisionDocument
}

/** What the search says; of one that ended early, what is known so far. Undefined where nothing was tried. */
export function searchDocument(
  { tried, next }: DecisionDocument,
  search: SettingsOf<'step-to-failure'>,
): SearchDocument | undefined {
  if (tried.length === 0) return undefined
  const found = next.state === 'found' ? next : nextSearchStep({ ...search, maxSteps: tried.length }, tried)
  if (found.state !== 'found') throw new RangeError(`a search of ${tried.length} steps must have its answer`)
  return {
    ...found,
    tried: tried.map(({ rate, outcome, p95_ms, error_share }) => ({ rate, outcome, p95_ms, error_share })),
  }
}
