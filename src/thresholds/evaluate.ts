import { didYouMean } from '../nearest.ts'
import type { ThresholdResult } from '../results/documents.ts'
import { instancesOf, type Instance } from './instances.ts'
import { judge, noData, NO_DATA, type Baselines, type Judgement } from './judge.ts'
import { createWindowJudge, type WindowSource } from './judge-windows.ts'
import type { MetricSource } from './metric-source.ts'
import type { Thresholds } from './schema.ts'
import type { StopReason } from './stop-reason.ts'
import { thresholdsOf, type Threshold } from './threshold.ts'

export interface EvaluateOptions {
  /** The run's whole seconds, ascending (`trafficWindows`): for thresholds with a window. Read once, and only for those. */
  readonly windows?: Iterable<WindowSource>
  /** Every run of `baselineRunsOf`. */
  readonly baselines?: Baselines
  /** Why the run was stopped, where it was: the threshold that did it has failed, whatever the figures came to afterwards. */
  readonly stopped?: StopReason | undefined
}

/** The note of a threshold that ended its run begins with it. */
export const STOPPED_THE_RUN = 'stopped the run: '

/** A threshold with a scope has a result for each value up to so many; beyond them only those that fail. */
export const MOST_PER_SCOPE = 100

/**
 * Every threshold against a run that is over, in the scenario's order. One with a scope has a result for each part, at
 * most MOST_PER_SCOPE and then one that says what became of the others.
 */
export function evaluateThresholds(
  thresholds: Thresholds,
  source: MetricSource,
  options: EvaluateOptions = {},
): ThresholdResult[] {
  const evaluations = thresholdsOf(thresholds).map((threshold) => evaluation(threshold, source, options.baselines))
  const windowed = evaluations.flatMap(({ parts }) => parts.flatMap(({ addWindow }) => addWindow ?? []))
  if (windowed.length > 0) {
    for (const window of options.windows ?? []) for (const addWindow of windowed) addWindow(window)
  }
  return evaluations.flatMap(({ threshold, parts }, index) => {
    const results = parts.map((part) =>
      resultOf(threshold, part.metric, stoppedBy(options, index, part) ?? part.judgement()),
    )
    return results.length > MOST_PER_SCOPE ? summarized(threshold, results) : results
  })
}

interface Part extends Instance {
  readonly addWindow?: (window: WindowSource) => void
  judgement(): Judgement
}

function evaluation(threshold: Threshold, source: MetricSource, baselines: Baselines | undefined) {
  const { metric, key, scope } = threshold
  const instances = instancesOf(threshold, source)
  const parts = instances.map((instance) => partOf(threshold, instance, source, baselines))
  const none: Part = { metric, tags: key.tags, judgement: () => noData(threshold, `: there is no ${scope}`) }
  return { threshold, parts: parts.length > 0 ? parts : [none] }
}

function partOf(
  threshold: Threshold,
  instance: Instance,
  source: MetricSource,
  baselines: Baselines | undefined,
): Part {
  const { tags } = instance
  const total = source.find(threshold.key.name, tags)
  const missing = (found: Judgement) =>
    found.actual === null && found.note?.startsWith(NO_DATA)
      ? { ...found, note: found.note + hint(threshold, source) }
      : found
  if (threshold.windowMs === undefined) {
    return { ...instance, judgement: () => missing(judge(threshold, total, { tags, baselines })) }
  }
  const { add, judgement } = createWindowJudge(threshold, { tags, baselines, total })
  return { ...instance, addWindow: add, judgement: () => missing(judgement()) }
}

/** What may have been meant, where a metric or a tag's value is not there. */
function hint({ key: { name, tags } }: Threshold, source: MetricSource): string {
  if (!source.find(name, tags)) return `: there is no metric ${name}${didYouMean(name, source.names())}`
  const hints = Object.entries(tags).flatMap(([tag, value]) => {
    const known = source.valuesOf(name, tag)
    return known.includes(value) ? [] : `: there is no ${tag} ${value}${didYouMean(value, known)}`
  })
  return hints[0] ?? ''
}

function stoppedBy({ stopped }: EvaluateOptions, index: number, { metric, judgement }: Part): Judgement | undefined {
  if (stopped?.kind !== 'threshold' || stopped.index !== index || stopped.metric !== metric) return undefined
  return { ok: false, actual: judgement().actual, note: `${STOPPED_THE_RUN}${stopped.text}` }
}

function resultOf(threshold: Threshold, metric: string, { ok, actual, note }: Judgement): ThresholdResult {
  return { metric, expression: threshold.text, ok, actual, note }
}

/** Ten thousand rows help nobody: those that fail, and one for all others. */
function summarized({ metric, text, scope }: Threshold, results: readonly ThresholdResult[]): ThresholdResult[] {
  const failing = results.filter(({ ok }) => !ok)
  const listed = failing.slice(0, MOST_PER_SCOPE)
  const others = results.length - listed.length
  const unlisted = failing.length - listed.length
  const note = `of ${others} more (scope ${scope}), ${unlisted} fail`
  return [...listed, { metric, expression: text, ok: unlisted === 0, actual: null, note }]
}
