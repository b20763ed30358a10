import type { TrafficDocument } from '../../../results/traffic-document.ts'
import { formatMs } from '../../format.ts'
import type { EmptyFigure, Figure } from '../figure.ts'
import { categoryColor, rampColor } from '../palette.ts'
import { LEFT_AXIS, lineFigure, RIGHT_AXIS, type Line } from './line-figure.ts'
import { rounded } from './time-axis.ts'

/** From the strongest band, which half of all answers are in, to the faintest. */
const BANDS = ['p50', 'p90', 'p95', 'p99'] as const
const SHORTEST_MS = 0.001

/** Response times over the run, a band per percentile. The scale is logarithmic: a freeze and the usual fit in one picture. */
export function latencyFigure({ timeline }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Response time over time'
  const known = [...timeline.p50, ...timeline.max].flatMap((value) =>
    value === null ? [] : Math.max(value, SHORTEST_MS),
  )
  if (known.length === 0) {
    return { id: 'latency-over-time', title, why: 'Nothing was answered, so there is nothing to draw.' }
  }
  // A logarithm has no zero.
  const drawn = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : rounded(Math.max(value, SHORTEST_MS))))
  const bands = BANDS.map((name, at): Line => {
    return {
      name,
      color: rampColor(BANDS.length - 1 - at, BANDS.length + 1),
      values: drawn(timeline[name]),
      filled: true,
    }
  })
  const max: Line = { name: 'max', color: 'var(--muted)', values: drawn(timeline.max), dashed: true }
  const [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))]
  return lineFigure(timeline, {
    id: 'latency-over-time',
    title,
    note: `What a user waited, from the intended start, in slices of ${formatMs(timeline.slice_ms)}: below the strongest band lies half of all answers, below the faintest 99 %. Logarithmic scale; a gap is time in which nothing was answered.`,
    unit: 'ms',
    // The higher bands first: each covers what is below it.
    lines: [...bands.toReversed(), max],
    legend: [...BANDS, 'max'],
    yAxis: [{ ...LEFT_AXIS, type: 'log', name: 'ms', min: niceBelow(low), max: niceAbove(high) }],
  })
}

/** What was asked of the target and what it did, per second. */
export function throughputFigure({ timeline, model }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Offered and achieved'
  if (timeline.due.length === 0) return { id: 'throughput', title, why: 'The load never began.' }
  const rate = (counts: readonly number[]) => counts.map((count) => rounded((count * 1000) / timeline.slice_ms))
  const lines: Line[] = [
    { name: 'users or in flight', color: categoryColor(4), values: timeline.vus, axis: 1 },
    { name: 'steps ok', color: categoryColor(5), values: rate(timeline.ok) },
    { name: 'iterations started', color: categoryColor(0), values: rate(timeline.started) },
    { name: 'iterations due', color: 'var(--ink)', values: rate(timeline.due), dashed: true },
  ]
  const meaning =
    model === 'open'
      ? 'The load is open: starts are due at fixed instants, whatever the target does.'
      : 'The load is closed: a user starts again when its last iteration has ended, so a slow target is asked less.'
  return lineFigure(timeline, {
    id: 'throughput',
    title,
    note: `Per second. ${meaning}`,
    unit: '',
    lines,
    legend: lines.map(({ name }) => name).toReversed(),
    yAxis: [
      { ...LEFT_AXIS, name: 'per second' },
      { ...RIGHT_AXIS, name: 'users', minInterval: 1 },
    ],
  })
}

export function errorsFigure({ timeline }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Errors over time'
  const { ok, failed, slice_ms: sliceMs } = timeline
  if (failed.every((count) => count === 0)) return { id: 'errors-over-time', title, why: 'No step failed.' }
  const share = failed.map((count, at) => (count + ok[at] === 0 ? null : rounded((count * 100) / (count + ok[at]))))
  return lineFigure(timeline, {
    id: 'errors-over-time',
    title,
    note: `Steps that failed in each ${formatMs(sliceMs)}, and their share of all that ended in it.`,
    unit: '',
    lines: [
      { name: 'failed steps', color: 'var(--bad)', values: failed, type: 'bar' },
      { name: 'share of all steps (%)', color: categoryColor(2), values: share, axis: 1 },
    ],
    yAxis: [
      { ...LEFT_AXIS, name: 'failed steps', minInterval: 1 },
      { ...RIGHT_AXIS, name: '% of all', min: 0 },
    ],
  })
}

/** 1, 2 or 5 times a power of ten: a bound that can be read. */
const STEPS = [1, 2, 5, 10]

function niceBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return Number((STEPS.findLast((step) => step * power <= value)! * power).toPrecision(1))
}

function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return Number((STEPS.find((step) => step * power > value)! * power).toPrecision(1))
}
