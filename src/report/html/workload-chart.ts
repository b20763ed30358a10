import { formatCount } from '../format.ts'
import { categoryColor, rampColor } from './palette.ts'
import type { Chart } from '../../workloads/workload.ts'
import type { EmptyFigure, Figure } from './figure.ts'

/** More points than these neither fit on a screen nor into a small file. */
const SHOWN_POINTS = 1000

type Series = Chart['series'][number]

/** A workload's chart, drawn without knowing what it means. */
export function workloadFigure(chart: Chart, index: number): Figure | EmptyFigure {
  const id = `workload-${index + 1}`
  if (!chart.series.some(({ y }) => y.some((value) => value !== null && Number.isFinite(value)))) {
    return { id, title: chart.title, why: 'There are no results to draw yet.' }
  }
  const { x, series, groupSize } = thinOut(chart)
  const continuous = chart.kind === 'line' && isAscending(x)
  const many = series.length > 1
  return {
    id,
    title: chart.title,
    note:
      chart.note +
      (groupSize > 1
        ? ` Each point is the largest of ${formatCount(groupSize)} neighbours of ${formatCount(chart.x.length)}.`
        : ''),
    heightPx: 380,
    unit: '',
    option: {
      tooltip: { trigger: 'axis', axisPointer: { type: chart.kind === 'bar' ? 'shadow' : 'line' } },
      ...(many && { legend: { type: 'scroll', top: 0, left: 0 } }),
      grid: { top: many ? 64 : 36, left: 8, right: 24, bottom: 44, outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: continuous ? 'value' : 'category',
        name: chart.xLabel,
        nameLocation: 'middle',
        nameGap: 28,
        ...(continuous
          ? { min: 'dataMin', max: 'dataMax', minInterval: x.every(Number.isInteger) ? 1 : undefined }
          : { data: x.map(String) }),
      },
      yAxis: { type: 'value', name: chart.yLabel, nameTextStyle: { align: 'left' } },
      series: series.map(({ name, y }, i) => ({
        name,
        type: chart.kind,
        color: areQuantiles(series) ? rampColor(i, series.length) : categoryColor(i),
        showSymbol: x.length === 1,
        lineStyle: { width: 1.5 },
        barCategoryGap: '12%',
        data: continuous ? y.map((value, at) => [x[at], value]) : y,
      })),
    },
    table: {
      caption: chart.title,
      columns: [chart.xLabel, ...series.map(({ name }) => name)],
      rows: x.map((value, at) => [String(value), ...series.map(({ y }) => cell(y[at]))]),
    },
  }
}

/** Neighbours become one point with the largest of their values, so that no peak is lost. */
function thinOut({ x, series }: Chart): { x: Chart['x']; series: readonly Series[]; groupSize: number } {
  const groupSize = Math.ceil(x.length / SHOWN_POINTS)
  const starts = Array.from({ length: Math.ceil(x.length / Math.max(1, groupSize)) }, (_, i) => i * groupSize)
  return {
    groupSize,
    x: starts.map((start) => x[start]),
    series: series.map(({ name, y }) => ({
      name,
      y: starts.map((start) => largest(y.slice(start, start + groupSize))),
    })),
  }
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce((a, b) => (b === null || !Number.isFinite(b) ? a : a === null ? b : Math.max(a, b)), null)
}

/** Quantiles are ordered, so their series get one hue from faint to strong. */
function areQuantiles(series: readonly Series[]): boolean {
  return series.length > 2 && series.every(({ name }) => /^(p|percentile[ _])\d/i.test(name))
}

function isAscending(x: Chart['x']): boolean {
  return x.every((value, i) => typeof value === 'number' && (i === 0 || value > Number(x[i - 1])))
}

function cell(value: number | null | undefined): string {
  return value == null ? '—' : value.toLocaleString('en-US', { maximumFractionDigits: 3 })
}
