import { isWorse, judge, NO_DATA, noData, type Baselines, type Judgement } from './judge.ts'
import type { Tags } from './metric-key.ts'
import type { MetricSource } from './metric-source.ts'
import type { Reading } from './reading.ts'
import { createSlidingReading } from './sliding-reading.ts'
import type { Threshold } from './threshold.ts'

/** One second of a run, numbered from 0. */
export interface WindowSource {
  readonly number: number
  readonly source: MetricSource
}

export const SECOND_MS = 1000

/**
 * Judges a threshold on every whole window of its length, fed second by second and in order. A second that is missing
 * ends what is whole, and the next one begins anew. `total` is what the whole run says of the metric.
 */
export function createWindowJudge(
  threshold: Threshold,
  options: { readonly tags: Tags; readonly baselines: Baselines | undefined; readonly total: Reading | undefined },
) {
  const { key, expression, windowMs = SECOND_MS } = threshold
  const { tags, total } = options
  const length = windowMs / SECOND_MS
  const sliding = createSlidingReading(length)
  let next = 0
  let windows = 0
  let failing = 0
  let empty = 0
  let firstEmpty = ''
  let worst: { readonly actual: number; readonly at: string } | undefined

  function add({ number, source }: WindowSource): void {
    if (number !== next) sliding.clear()
    next = number + 1
    sliding.push(quietSecond(source.find(key.name, tags), total))
    if (!sliding.isFull) return
    const at = `seconds ${next - length}-${next}`
    const { ok, actual } = judge(threshold, sliding.sum, options)
    windows += 1
    if (!ok) failing += 1
    if (actual === null && empty++ === 0) firstEmpty = at
    if (actual !== null && (!worst || isWorse(expression, actual, worst.actual))) worst = { actual, at }
  }

  function judgement(): Judgement {
    if (windows === 0) return noData(threshold, `: there is no whole window of ${length} s`)
    if (!worst) return noData(threshold)
    const fails = failing === 0 ? '' : `${failing} fail, `
    const gaps = empty === 0 ? '' : `; ${NO_DATA} in ${empty}, first ${firstEmpty}`
    const note = `of ${windows} window${windows === 1 ? '' : 's'} of ${length} s: ${fails}worst ${worst.at}${gaps}`
    return { ok: failing === 0, actual: worst.actual, note }
  }

  return { add, judgement }
}

/** In a run that has such a counter or level, a second in which it did not show is one in which it was 0. */
export function quietSecond(reading: Reading | undefined, total: Reading | undefined): Reading | undefined {
  if (total?.type === 'counter' && total.observed > 0) {
    const count = reading?.type === 'counter' ? reading.count : 0
    return { type: 'counter', count, observed: 1, durationMs: SECOND_MS }
  }
  if (total?.type === 'gauge' && total.value !== null) {
    return { type: 'gauge', value: (reading?.type === 'gauge' ? reading.value : null) ?? 0 }
  }
  return reading
}
