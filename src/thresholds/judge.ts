import { aggregate } from './aggregate.ts'
import { holds, worseWay, type Expression } from './expression.ts'
import type { Tags } from './metric-key.ts'
import type { MetricSource } from './metric-source.ts'
import type { Reading } from './reading.ts'
import type { Threshold } from './threshold.ts'

export interface Judgement {
  readonly ok: boolean
  /** Null where there was nothing to judge. */
  readonly actual: number | null
  readonly note: string | null
}

/** Finished runs by the name that thresholds call them. */
export type Baselines = ReadonlyMap<string, MetricSource>

export const NO_DATA = 'no data'

/** Holds a reading against a threshold, and against its baseline where it has one. No data fails, unless that is optional. */
export function judge(
  threshold: Threshold,
  reading: Reading | undefined,
  { tags, baselines }: { readonly tags: Tags; readonly baselines: Baselines | undefined },
): Judgement {
  const { expression, baseline, key } = threshold
  const actual = measured(reading, expression)
  if (typeof actual === 'string') return { ok: false, actual: null, note: actual }
  if (actual === null) return noData(threshold)
  const itself = holds(expression, actual)
  if (!baseline) return { ok: itself, actual, note: null }
  const before = measured(baselines?.get(baseline.run)?.find(key.name, tags), expression)
  if (typeof before !== 'number') {
    const note = `${NO_DATA} in baseline ${baseline.run}`
    return { ok: itself && threshold.isOptional, actual, note: before === null ? note : `${note}: ${before}` }
  }
  const { bound, ok } = against(before, actual, baseline.worseBy, expression)
  const note = `baseline ${baseline.run} had ${shown(before)}; ${Number((baseline.worseBy * 100).toFixed(6))} % worse is ${shown(bound)}`
  return { ok: itself && ok, actual, note }
}

export function noData({ isOptional }: Threshold, why = ''): Judgement {
  return { ok: isOptional, actual: null, note: NO_DATA + why + (isOptional ? ' (optional)' : '') }
}

/** Whether the first of two is the worse one to have measured. */
export function isWorse(expression: Expression, one: number, other: number): boolean {
  const way = worseWay(expression)
  if (way === undefined) return !holds(expression, one) && holds(expression, other)
  return way === 'higher' ? one > other : one < other
}

/** A number in a note: enough of it to compare. */
export function shown(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 12 })
}

/** Text where a metric that the scenario's own code recorded is of another type than the threshold takes it for. */
function measured(reading: Reading | undefined, { aggregation }: Expression): number | null | string {
  try {
    return reading ? aggregate(reading, aggregation) : null
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

function against(before: number, actual: number, worseBy: number, expression: Expression) {
  const isUpper = worseWay(expression) === 'higher'
  const bound = before * (isUpper ? 1 + worseBy : 1 - worseBy)
  return { bound, ok: isUpper ? actual <= bound : actual >= bound }
}
