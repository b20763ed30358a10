import type { FileHandle } from 'node:fs/promises'
import { createLineOutput } from './line-output.ts'
import type { Output, OutputContext } from './output.ts'
import { seriesOf, type Series } from './series.ts'
import { trendStatistics } from './trend-statistics.ts'

/**
 * JSON lines as k6 writes them (grafana.com/docs/k6/latest/results-output/real-time/json): a `Metric` line before the first
 * of its kind, then lines of data. What is a number for a whole second is a `Point` as in k6; durations are not, because
 * nobody must take a second's p95 for a request's duration: a `Trend` line has their statistics and all their buckets.
 * The last line, `Verdict`, says what they are worth.
 */
export function writeJson(path: string, file: FileHandle, context: OutputContext): Output {
  const { workload, scenario, runId } = context
  const declared = new Set<string>()

  function declaration({ name, type, contains }: Series): string {
    if (declared.has(name)) return ''
    declared.add(name)
    return line({ type: 'Metric', metric: name, data: { name, type, contains, thresholds: [], submetrics: null } })
  }

  return createLineOutput(
    path,
    file,
    {
      name: 'json',
      head: '',
      windowText(figures, { startMs, lengthMs }) {
        const time = new Date(startMs).toISOString()
        return seriesOf(figures, workload)
          .map((series) => declaration(series) + line(dataOf(series, { time, window_ms: lengthMs }, scenario)))
          .join('')
      },
      endText: (document) =>
        line({ type: 'Verdict', data: { testid: runId, scenario, verdict: document?.verdict ?? null } }),
    },
    context,
  )
}

function dataOf(series: Series, when: object, scenario: string): unknown {
  const { name: metric } = series
  const tags = { scenario, ...series.tags }
  if (series.type === 'trend') {
    const { histogram } = series
    const buckets = [...histogram.buckets()].map(({ upperUs, count }) => [upperUs / 1000, count])
    const statistics = Object.fromEntries(trendStatistics(histogram))
    return { type: 'Trend', metric, data: { ...when, count: histogram.count, ...statistics, buckets, tags } }
  }
  if (series.type === 'rate') {
    const { trues, total } = series
    return { type: 'Point', metric, data: { ...when, value: trues / total, count: total, tags } }
  }
  const value = series.type === 'counter' ? series.count : series.value
  return { type: 'Point', metric, data: { ...when, value, tags } }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
