import { parseExpression, type Expression } from './expression.ts'
import { parseMetricKey, type MetricKey } from './metric-key.ts'
import type { Thresholds } from './schema.ts'

/** One threshold of a scenario, read. */
export interface Threshold {
  readonly key: MetricKey
  /** Key and expression as the user wrote them. */
  readonly metric: string
  readonly text: string
  readonly expression: Expression
  readonly abortOnFail: boolean
  /** From the start of the run. */
  readonly delayAbortEvalMs: number
  /** Undefined: the whole run at once. */
  readonly windowMs: number | undefined
  readonly baseline: Baseline | undefined
  readonly isOptional: boolean
  /** `total`, or the tag for each of whose values it is evaluated. */
  readonly scope: string
}

export interface Baseline {
  /** A run id, or the path of a bundle. */
  readonly run: string
  /** How much worse than it one may be, as a share. */
  readonly worseBy: number
}

export const TOTAL = 'total'

/** Valid settings as thresholds, in the scenario's order. Throws GrammarError for what the schema has not seen. */
export function thresholdsOf(settings: Thresholds): Threshold[] {
  return Object.entries(settings).flatMap(([metric, list]) => {
    const key = parseMetricKey(metric)
    return list.map((one) => ({
      key,
      metric,
      text: one.threshold,
      expression: parseExpression(one.threshold),
      abortOnFail: one.abortOnFail,
      delayAbortEvalMs: one.delayAbortEval,
      windowMs: one.window,
      baseline: one.baseline && { run: one.baseline.run, worseBy: parseShare(one.baseline.worseBy) },
      isOptional: one.optional,
      scope: one.scope,
    }))
  })
}

/** Runs that must be at hand to evaluate these thresholds, each once. */
export function baselineRunsOf(settings: Thresholds): string[] {
  return [...new Set(thresholdsOf(settings).flatMap(({ baseline }) => baseline?.run ?? []))]
}

/** `10%` as 0.1. */
function parseShare(text: string): number {
  return Number(text.slice(0, -1)) / 100
}
