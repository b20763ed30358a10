import type { Timeline, TrafficDocument } from '../../../results/traffic-document.ts'
import { formatCount, formatMs } from '../../format.ts'
import type { EmptyFigure, Figure } from '../figure.ts'
import { categoryColor, rampColor } from '../palette.ts'

const BANDS = ['p50', 'p90', 'p95', 'p99', 'max'] as const
const AXIS = { type: 'value', nameTextStyle: { align: 'left' } } as const

interface Line {
  readonly name: string
  readonly color: string
  readonly values: readonly (number | null)[]
  /** Lines of one stack are added up. */
  readonly stack?: string
  readonly axis?: 0 | 1
  readonly dashed?: boolean
}

/** Response times over the run, a line per percentile. The scale is logarithmic: a freeze and the usual fit in one picture. */
export function latencyFigure({ timeline }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Response time over time'
  if (timeline.p50.every((value) => value === null)) {
    return { id: 'latency-over-time', title, why: 'Nothing was answered, so there is nothing to draw.' }
  }
  const lines = BANDS.map((name, at): Line => {
    return { name, color: rampColor(at, BANDS.length), values: timeline[name], dashed: name === 'max' }
  })
  return lineFigure(timeline, {
    id: 'latency-over-time',
    title,
    note: `What a user waited, from the intended start, in slices of ${formatMs(timeline.slice_ms)}; logarithmic scale.`,
    unit: 'ms',
    lines,
    yAxis: [{ ...AXIS, type: 'log', name: 'ms', min: 'dataMin' }],
  })
}

/** What was asked of the target and what it did, per second. */
export function throughputFigure({ timeline, model }: TrafficDocument): Figure {
  const rate = (counts: readonly number[]) => counts.map((count) => rounded((count * 1000) / timeline.slice_ms))
  const lines: Line[] = [
    { name: 'iterations due', color: 'var(--muted)', values: rate(timeline.due), dashed: true },
    { name: 'iterations started', color: categoryColor(0), values: rate(timeline.started) },
    { name: 'steps ok', color: categoryColor(5), values: rate(timeline.ok) },
    { name: 'users or in flight', color: categoryColor(4), values: timeline.vus, axis: 1 },
  ]
  const meaning =
    model === 'open'
      ? 'The load is open: starts are due at fixed instants, whatever the target does.'
      : 'The load is closed: a user starts again when it has ended, so a slow target is asked less.'
  return lineFigure(timeline, {
    id: 'throughput',
    title: 'Offered and achieved',
    note: `Per second. ${meaning}`,
    unit: '',
    lines,
    yAxis: [
      { ...AXIS, name: 'per second' },
      { ...AXIS, name: 'users', splitLine: { show: false } },
    ],
  })
}

export function errorsFigure({ timeline }: TrafficDocument): Figure | EmptyFigure {
  if (timeline.failed.every((count) => count === 0)) {
    return { id: 'errors-over-time', title: 'Errors over time', why: 'No step failed.' }
  }
  return lineFigure(timeline, {
    id: 'errors-over-time',
    title: 'Errors over time',
    note: `Steps that ended in ${formatMs(timeline.slice_ms)}, by how.`,
    unit: '',
    lines: [
      { name: 'ok', color: categoryColor(5), values: timeline.ok, stack: 'steps' },
      { name: 'failed', color: 'var(--bad)', values: timeline.failed, stack: 'steps' },
    ],
    yAxis: [{ ...AXIS, name: 'steps' }],
  })
}

/** Every response time as a share of its slice: what percentiles hide, two humps for instance, is seen here. */
export function heatFigure({ timeline, heat, heat_bounds_ms: bounds }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Heat map of response times'
  const used = bounds.map((_, row) => heat.some((counts) => counts[row] > 0))
  const first = used.indexOf(true)
  if (first < 0) return { id: 'heat', title, why: 'Nothing was answered, so there is nothing to draw.' }
  const rows = bounds.slice(first, used.lastIndexOf(true) + 1)
  const cells = heat.flatMap((counts, x) => rows.map((_, y) => [x, y, counts[first + y]])).filter(([, , n]) => n > 0)
  const most = Math.max(...cells.map(([, , count]) => count))
  const x = timesOf(timeline)
  return {
    id: 'heat',
    title,
    note: `Each column is ${formatMs(timeline.slice_ms)}, each row a range of response times; the stronger, the more answers.`,
    heightPx: 420,
    unit: '',
    option: {
      tooltip: {},
      grid: { top: 16, left: 8, right: 24, bottom: 84, outerBoundsContain: 'axisLabel' },
      xAxis: { type: 'category', data: x.map(String), name: 'seconds', nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: 'category', data: rows.map((bound) => `≤ ${formatMs(bound)}`) },
      visualMap: {
        min: 0,
        max: most,
        calculable: true,
        orient: 'horizontal',
        left: 'center',
        bottom: 0,
        itemHeight: 120,
        textStyle: { color: 'var(--muted)' },
        inRange: { color: Array.from({ length: 7 }, (_, at) => rampColor(at, 7)) },
      },
      series: [{ name: 'answers', type: 'heatmap', data: cells }],
    },
    table: {
      caption: title,
      columns: ['response time', 'answers'],
      rows: rows.map((bound, y) => {
        const count = heat.reduce((sum, counts) => sum + counts[first + y], 0)
        return [`≤ ${formatMs(bound)}`, formatCount(count)]
      }),
    },
  }
}

function lineFigure(
  timeline: Timeline,
  what: Pick<Figure, 'id' | 'title' | 'note' | 'unit'> & {
    readonly lines: readonly Line[]
    readonly yAxis: readonly object[]
  },
): Figure {
  const { id, title, note, unit, lines, yAxis } = what
  const x = timesOf(timeline)
  return {
    ...{ id, title, note, unit },
    heightPx: 360,
    option: {
      tooltip: { trigger: 'axis' },
      legend: { type: 'scroll', top: 0, left: 0 },
      grid: { top: 64, left: 8, right: 24, bottom: 44, outerBoundsContain: 'axisLabel' },
      xAxis: { type: 'value', name: 'seconds', nameLocation: 'middle', nameGap: 28, max: 'dataMax' },
      yAxis,
      series: lines.map(({ name, color, values, stack, axis = 0, dashed = false }) => ({
        name,
        type: 'line',
        color,
        yAxisIndex: axis,
        showSymbol: x.length === 1,
        lineStyle: { width: 1.5, type: dashed ? 'dashed' : 'solid' },
        ...(stack !== undefined && { stack, areaStyle: { opacity: 0.5 } }),
        data: values.map((value, at) => [x[at], value]),
      })),
    },
    table: {
      caption: title,
      columns: ['seconds', ...lines.map(({ name }) => name)],
      rows: x.map((second, at) => [String(second), ...lines.map(({ values }) => cell(values[at]))]),
    },
  }
}

/** When each slice begins, in seconds. */
function timesOf({ slice_ms: sliceMs, due }: Timeline): number[] {
  return due.map((_, at) => rounded((at * sliceMs) / 1000))
}

function cell(value: number | null): string {
  return value === null ? '—' : String(rounded(value))
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
