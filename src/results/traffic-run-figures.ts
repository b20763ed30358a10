import { Figures } from '../engine/figures.ts'
import { Histogram, upperUsOf } from '../engine/histogram.ts'
import { VUS_LEVEL } from '../engine/iteration-runner.ts'
import { WINDOW_MS } from '../engine/recorder.ts'
import { quantileMs, responseTimes } from './traffic-figures.ts'
import type { Timeline } from './traffic-document.ts'

/** A whole run, from its windows. */
export interface RunFigures {
  /** Without levels. */
  readonly total: Figures
  /** The highest of each. */
  readonly levels: ReadonlyMap<string, number>
  /** The highest window's number and one. */
  readonly windows: number
  readonly timeline: Timeline
  /** Upper bounds, in as many steps of the histogram's own log-linear buckets as give at most 60. */
  readonly heatBoundsMs: readonly number[]
  /** Of each timeline entry, response times by the lowest bound that holds them. */
  readonly heat: readonly (readonly number[])[]
}

const MOST_SLICES = 600
const MOST_BOUNDS = 60

class Slice {
  due = 0
  started = 0
  ok = 0
  failed = 0
  vus = 0
  readonly response = new Histogram()

  add(figures: Figures): void {
    const response = responseTimes(figures.steps.values())
    let ok = 0
    for (const { outcomes } of figures.steps.values()) ok += outcomes.get('ok')?.responseTime.count ?? 0
    this.due += figures.starts.due
    this.started += figures.starts.started
    this.ok += ok
    this.failed += response.count - ok
    this.vus = Math.max(this.vus, figures.levels.get(VUS_LEVEL) ?? 0)
    this.response.merge(response)
  }

  merge(other: Slice): void {
    this.due += other.due
    this.started += other.started
    this.ok += other.ok
    this.failed += other.failed
    this.vus = Math.max(this.vus, other.vus)
    this.response.merge(other.response)
  }
}

/**
 * Adds up windows, each number once, in any order. Memory depends on the number of names and not on the length of the run:
 * where time has more than 600 slices, two become one.
 */
export function createRunFigures() {
  const total = new Figures()
  const levels = new Map<string, number>()
  let slices: Slice[] = []
  let windowsInSlice = 1
  let windows = 0

  function sliceOf(number: number): Slice {
    while (number >= MOST_SLICES * windowsInSlice) widen()
    const at = Math.floor(number / windowsInSlice)
    while (slices.length <= at) slices.push(new Slice())
    return slices[at]
  }

  function widen(): void {
    slices.forEach((slice, at) => at % 2 === 1 && slices[at - 1].merge(slice))
    slices = slices.filter((_, at) => at % 2 === 0)
    windowsInSlice *= 2
  }

  return {
    /** `figures` are only read during the call. */
    add(number: number, figures: Figures): void {
      sliceOf(number).add(figures)
      windows = Math.max(windows, number + 1)
      total.merge(figures)
      for (const [name, level] of figures.levels) levels.set(name, Math.max(levels.get(name) ?? 0, level))
    },
    finish(): RunFigures {
      total.levels.clear()
      const timeline = timelineOf(slices, windowsInSlice * WINDOW_MS)
      return { total, levels, windows, timeline, ...heatOf(slices) }
    },
  }
}

function timelineOf(slices: readonly Slice[], sliceMs: number): Timeline {
  const quantiles = (q: number) => slices.map(({ response }) => quantileMs(response, q))
  return {
    slice_ms: sliceMs,
    due: slices.map(({ due }) => due),
    started: slices.map(({ started }) => started),
    ok: slices.map(({ ok }) => ok),
    failed: slices.map(({ failed }) => failed),
    vus: slices.map(({ vus }) => vus),
    p50: quantiles(0.5),
    p90: quantiles(0.9),
    p95: quantiles(0.95),
    p99: quantiles(0.99),
    max: slices.map(({ response }) => (response.count === 0 ? null : response.maxUs / 1000)),
  }
}

/** Bounds are bounds of buckets, so that a row counts exactly and sums to what ended in its slice. */
function heatOf(slices: readonly Slice[]): Pick<RunFigures, 'heatBoundsMs' | 'heat'> {
  const used = slices.map(({ response }) => [...response.buckets()])
  const numbers = used.flatMap((buckets) => [buckets[0], buckets.at(-1)]).flatMap((bucket) => bucket?.bucket ?? [])
  if (numbers.length === 0) return { heatBoundsMs: [], heat: slices.map(() => []) }
  const first = numbers.reduce((a, b) => Math.min(a, b))
  const last = numbers.reduce((a, b) => Math.max(a, b))
  const step = Math.ceil((last - first + 1) / MOST_BOUNDS)
  const bounds = Math.ceil((last - first + 1) / step)
  const heat = used.map((buckets) => {
    const row = Array.from({ length: bounds }, () => 0)
    for (const { bucket, count } of buckets) row[Math.floor((bucket - first) / step)] += count
    return row
  })
  const upperOf = (bound: number) => upperUsOf(first + (bound + 1) * step - 1) / 1000
  return { heatBoundsMs: Array.from({ length: bounds }, (_, bound) => upperOf(bound)), heat }
}
