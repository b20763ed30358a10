import { oneLine, shorten } from './columns.ts'
import { formatBytes } from './format.ts'
import { compactMs, compactNumber, compactShare } from './traffic-format.ts'
import type { Page } from './terminal-page.ts'
import type { MetricValues, TrafficMetric } from './traffic-metrics.ts'
import type { LatencyDocument } from '../results/traffic-document.ts'

/** k6's columns of a trend, in its order. */
export const TREND_STATISTICS = [
  ['avg', 'mean'],
  ['min', 'min'],
  ['med', 'p50'],
  ['max', 'max'],
  ['p(90)', 'p90'],
  ['p(95)', 'p95'],
] as const satisfies readonly (readonly [string, keyof LatencyDocument])[]

const DOTS = 3

/**
 * Metrics as k6 lists them: the name, dots to a common column, the values aligned. Where six statistics do not fit beside
 * the name they take two lines.
 */
export function metricLines(metrics: readonly TrafficMetric[], page: Page): string[] {
  const names = metrics.map(({ name }) => shorten(oneLine(name), Math.floor(page.width / 2)))
  const nameWidth = Math.max(0, ...names.map((name) => name.length)) + DOTS
  const rows = metrics.map((metric) => (metric.type === 'trend' ? trendCells(metric.latency) : []))
  const widths = TREND_STATISTICS.map((_, i) => Math.max(0, ...rows.map((cells) => cells[i]?.length ?? 0)))
  const room = page.width - nameWidth - 2
  const fits = widths.reduce((sum, width) => sum + width + 1, -1) <= room
  const values = plainValues(metrics)
  return metrics.flatMap((metric, i) => {
    const label = `${names[i]}${page.paint('dim', `${'.'.repeat(nameWidth - names[i].length)}:`)} `
    if (metric.type !== 'trend') return [label + values[i]]
    const cells = rows[i].map((cell, column) => cell.padEnd(widths[column]))
    if (fits) return [label + cells.join(' ')]
    const under = ' '.repeat(nameWidth + 2)
    const padded = cells.map((cell, column) => cell.padEnd(Math.max(widths[column % 3], widths[(column % 3) + 3])))
    return [label + padded.slice(0, 3).join(' '), under + padded.slice(3).join(' ')]
  })
}

function trendCells(latency: LatencyDocument): string[] {
  return TREND_STATISTICS.map(([statistic, key]) => `${statistic}=${compactMs(latency[key])}`)
}

/** Value and what stands beside it, in two columns. */
function plainValues(metrics: readonly TrafficMetric[]): string[] {
  const pairs = metrics.map((metric) => (metric.type === 'trend' ? ['', ''] : valueCells(metric)))
  const width = Math.max(0, ...pairs.map(([value]) => value.length))
  return pairs.map(([value, beside]) => `${value.padEnd(width)} ${beside}`)
}

function valueCells(values: Exclude<MetricValues, { type: 'trend' }>): readonly [string, string] {
  if (values.type === 'counter') {
    const format = values.contains === 'data' ? formatBytes : compactNumber
    return [format(values.count), `${format(values.ratePerSecond)}/s`]
  }
  if (values.type === 'gauge') {
    return [compactNumber(values.value), `min=${compactNumber(values.min)} max=${compactNumber(values.max)}`]
  }
  const whole = values.passes + values.fails
  return [compactShare(values.passes, whole), `${values.passes} out of ${whole}`]
}
