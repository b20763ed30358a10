import type { Timeline } from '../../../results/traffic-document.ts'
import { NOTHING } from '../../format.ts'
import type { Figure } from '../figure.ts'
import { rounded, timeAxis } from './time-axis.ts'

/** One of several things that are drawn over the time of a run. */
export interface Line {
  readonly name: string
  readonly color: string
  readonly values: readonly (number | null)[]
  readonly type?: 'line' | 'bar'
  /** Of a second axis on the right: 1. */
  readonly axis?: 0 | 1
  readonly dashed?: boolean
  /** Filled down to the axis, over what was drawn before. */
  readonly filled?: boolean
}

export const LEFT_AXIS = { type: 'value', nameTextStyle: { align: 'left' } } as const
/** Its name ends where the picture does, and its lines would cross those of the left one. */
export const RIGHT_AXIS = { type: 'value', nameTextStyle: { align: 'right' }, splitLine: { show: false } } as const

/** Drawn in the order of the lines; in the table as well. `legend`: names in another order. */
export function lineFigure(
  timeline: Timeline,
  what: Pick<Figure, 'id' | 'title' | 'note' | 'unit'> & {
    readonly lines: readonly Line[]
    readonly yAxis: readonly object[]
    readonly legend?: readonly string[]
  },
): Figure {
  const { id, title, note, unit, lines, yAxis, legend = lines.map(({ name }) => name) } = what
  const { unit: timeUnit, times } = timeAxis(timeline)
  return {
    ...{ id, title, note, unit },
    heightPx: 360,
    option: {
      tooltip: { trigger: 'axis' },
      legend: { type: 'scroll', top: 0, left: 0, data: legend },
      grid: { top: 64, left: 8, right: 24, bottom: 44, outerBoundsContain: 'axisLabel' },
      xAxis: { type: 'value', name: `time (${timeUnit})`, nameLocation: 'middle', nameGap: 28, max: 'dataMax' },
      yAxis,
      series: lines.map((line) => seriesOf(line, times)),
    },
    table: {
      caption: title,
      columns: [`time (${timeUnit})`, ...legend],
      rows: times.map((time, at) => [
        String(time),
        ...legend.map((name) => cell(lines.find((line) => line.name === name)!.values[at])),
      ]),
    },
  }
}

function seriesOf({ name, color, values, type = 'line', axis = 0, dashed, filled }: Line, times: readonly number[]) {
  // A line needs two points: one that is alone is drawn as a dot.
  const isAlone = (at: number) =>
    values[at] !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null
  const data = values.map((value, at) => {
    const point = [times[at], value]
    return type === 'line' && isAlone(at) ? { value: point, symbol: 'circle' } : point
  })
  if (type === 'bar') return { name, type, color, yAxisIndex: axis, barMaxWidth: 14, data }
  return {
    ...{ name, type, color, yAxisIndex: axis, data },
    ...{ symbol: 'none', symbolSize: 6 },
    lineStyle: { width: 1.5, type: dashed ? 'dashed' : 'solid' },
    ...(filled && { areaStyle: { color, opacity: 1, origin: 'start' } }),
  }
}

function cell(value: number | null): string {
  return value === null ? NOTHING : String(rounded(value))
}
