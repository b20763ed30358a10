import { createRunFigures } from '../../results/traffic-run-figures.ts'
import type { RunFigures } from '../../results/traffic-run-figures.ts'
import { nextSearchStep, type Observation } from '../../engine/schedule/step-to-failure.ts'
import type { SettingsOf } from '../../engine/schedule/settings.ts'
import type { Verdict } from '../../engine/verdict.ts'
import type { StoredObject } from '../../results/stores.ts'
import { decisionKey } from '../../results/traffic-layout.ts'
import type { Job, ProcessContext } from '../workload.ts'
import { readDecision, type DecisionDocument, type TriedStep } from './decision.ts'
import { shardJobIds } from './job-details.ts'
import { isRunnable, type LoadSettings } from './load-settings.ts'
import { mergeShards, readShards } from './merge-shards.ts'
import { readTrafficJob } from './read-traffic-job.ts'
import { runVerdict } from './run-verdict.ts'
import { json } from './shard-document.ts'
import { meetsDefaults, meetsThresholds, shareOfErrors, type Meets } from './meets.ts'
import type { TrafficSpec } from './spec.ts'
import { durationOf } from './traffic-document.ts'

/** Between two steps of a search: what the last one showed, and what comes next. Writes `decisions/step-k.json`. */
export async function processDecide<Settings extends LoadSettings>(
  job: Job,
  { stores }: ProcessContext,
  spec: TrafficSpec<Settings>,
): Promise<StoredObject> {
  const { objects } = stores
  const { details, load: search } = await readTrafficJob(job, objects, spec)
  if (isRunnable(search)) throw new Error(`${job.jobId}: ${search.executor} is no search`)
  const step = details.step ?? 1
  const before = await readDecision(objects, step - 1, search)
  if (before.next.state !== 'step') return objects.put(decisionKey(step), json(before))

  const run = createRunFigures()
  const merged = await mergeShards({
    shards: await readShards(objects, shardJobIds(details.shards, step)),
    objects,
    onWindow: ({ number }, figures) => run.add(number, figures),
  })
  const figures = run.finish()
  const verdict = runVerdict({ model: 'open', total: figures.total, ...merged })
  const meets = details.thresholds ? meetsThresholds(details.thresholds, spec.metrics) : meetsDefaults
  const shown: Shown = { verdict, figures, durationMs: durationOf(merged.shards, figures.windows), meets }
  return objects.put(decisionKey(step), json(decide(search, before, shown)))
}

/** What a step of a search came to. */
export interface Shown {
  readonly verdict: Verdict
  readonly figures: Pick<RunFigures, 'total'>
  readonly durationMs: number
  readonly meets: Meets
}

/** What is known after a step, and what comes next: pure. */
export function decide(
  search: SettingsOf<'step-to-failure'>,
  before: DecisionDocument,
  { verdict, figures: { total }, durationMs, meets }: Shown,
): DecisionDocument {
  if (before.next.state !== 'step') return before
  const { format_version, next, tried } = before
  const ran = before.ran + 1
  if (verdict.state === 'incomplete' || verdict.state === 'aborted') {
    const why = verdict.state === 'aborted' ? verdict.reason : verdict.reasons.join('; ')
    const word = verdict.state === 'aborted' ? 'was stopped' : 'is incomplete'
    return { format_version, ran, tried, next: { state: 'ended', reason: `step ${ran} ${word}: ${why}` } }
  }
  const { p95_ms, error_share } = shareOfErrors(total)
  const outcome = outcomeOf(verdict, meets(total, durationMs))
  const step: TriedStep = { rate: next.rate, outcome, p95_ms, error_share, measures: verdict.measures }
  return { format_version, ran, tried: [...tried, step], next: nextSearchStep(search, [...tried, step]) }
}

/** A target that does not keep up makes iterations pile up until starts are dropped: that is its failure, not the generator's. */
function outcomeOf(verdict: Verdict, isMet: boolean): Observation['outcome'] {
  if (verdict.state !== 'saturated') return isMet ? 'met' : 'failed'
  const isDroppedOnly = verdict.exceeded.every(({ name }) => name === 'dropped_starts')
  return isDroppedOnly && !isMet ? 'failed' : 'saturated'
}
