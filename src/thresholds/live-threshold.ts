import type { ThresholdResult } from '../results/documents.ts'
import { instancesOf, type Instance } from './instances.ts'
import { judge, shown, type Baselines, type Judgement } from './judge.ts'
import { quietSecond, SECOND_MS } from './judge-windows.ts'
import type { MetricSource } from './metric-source.ts'
import { addReading, type Reading } from './reading.ts'
import { createSlidingReading } from './sliding-reading.ts'
import type { StopReason } from './stop-reason.ts'
import type { Threshold } from './threshold.ts'

/** One threshold while the run goes on: each of its parts over the run so far, or over the window that ends now. */
export function createLiveThreshold(threshold: Threshold, index: number, baselines: Baselines | undefined) {
  const { key, text, abortOnFail, delayAbortEvalMs } = threshold
  const parts = new Map<string, Part>()

  /** Every part that was ever seen, those of this second included. */
  function partsWith(source: MetricSource) {
    for (const instance of instancesOf(threshold, source)) {
      if (!parts.has(instance.metric)) parts.set(instance.metric, { ...instance, span: createSpan(threshold) })
    }
    return parts.values()
  }

  function add(number: number, source: MetricSource): StopReason | undefined {
    const elapsedMs = (number + 1) * SECOND_MS
    let reason: StopReason | undefined
    for (const part of partsWith(source)) {
      const { metric, tags } = part
      const reading = part.span.add(number, source.find(key.name, tags))
      part.found = judge(threshold, reading, { tags, baselines })
      const { ok, actual } = part.found
      if (ok || actual === null || !abortOnFail || elapsedMs < delayAbortEvalMs) continue
      const failed = `${text} of ${metric} failed after ${elapsedMs / SECOND_MS} s: ${shown(actual)}`
      reason ??= { kind: 'threshold', index, metric, text: failed }
    }
    return reason
  }

  function standing(): ThresholdResult[] {
    return [...parts.values()].flatMap(({ metric, found }) => {
      if (!found || found.actual === null) return []
      const { ok, actual, note } = found
      return { metric, expression: text, ok, actual, note }
    })
  }

  return { add, standing }
}

interface Part extends Instance {
  readonly span: Span
  /** In the last second. */
  found?: Judgement
}

interface Span {
  /** The next second; answers what there is to judge by now. */
  add(number: number, reading: Reading | undefined): Reading | undefined
}

function createSpan({ windowMs }: Threshold): Span {
  return windowMs === undefined ? createGrowingSpan() : createSlidingSpan(windowMs / SECOND_MS)
}

function createGrowingSpan(): Span {
  let sum: Reading | undefined
  return {
    add(number, reading) {
      sum = addReading(sum, reading)
      return during(sum, (number + 1) * SECOND_MS)
    },
  }
}

function createSlidingSpan(length: number): Span {
  const sliding = createSlidingReading(length)
  let next = 0
  let known: Reading | undefined
  return {
    add(number, reading) {
      if (number !== next) sliding.clear()
      next = number + 1
      if (isCounted(reading)) known = reading
      sliding.push(quietSecond(reading, known))
      return sliding.isFull ? during(sliding.sum, length * SECOND_MS) : undefined
    },
  }
}

/** A counter or level that the run is known to have from then on. */
function isCounted(reading: Reading | undefined): boolean {
  return reading?.type === 'counter' ? reading.observed > 0 : reading?.type === 'gauge' && reading.value !== null
}

/** Seconds in which a counter did not show count for its rate. */
function during(reading: Reading | undefined, durationMs: number): Reading | undefined {
  return reading?.type === 'counter' ? { ...reading, durationMs } : reading
}
