import type { FileHandle } from 'node:fs/promises'
import { createLineOutput } from './line-output.ts'
import type { Output, OutputContext } from './output.ts'
import { seriesOf, type Series } from './series.ts'
import { trendStatistics } from './trend-statistics.ts'

const COLUMNS = ['metric_name', 'timestamp', 'metric_value', 'stat', 'step', 'outcome', 'status', 'check', 'state']

/**
 * A row for each figure of each second. The first columns are k6's (grafana.com/docs/k6/latest/results-output/real-time/csv); since
 * a row is no single request but a second of them, `stat` says what of it: `count`, `rate`, `avg`, `p(95)`, … Times are
 * milliseconds, the timestamp is Unix seconds.
 */
export function writeCsv(path: string, file: FileHandle, context: OutputContext): Output {
  return createLineOutput(
    path,
    file,
    {
      name: 'csv',
      head: `${COLUMNS.join(',')}\n`,
      windowText(figures, { startMs }) {
        const second = Math.floor(startMs / 1000)
        return seriesOf(figures, context.workload)
          .flatMap((series) => rowsOf(series, second))
          .join('')
      },
      endText: () => '',
    },
    context,
  )
}

function rowsOf(series: Series, second: number): string[] {
  const { name, tags } = series
  const tagCells = [tags.step, tags.outcome, tags.status, tags.check, tags.state]
  return statisticsOf(series).map(
    ([stat, value]) =>
      `${[name, second, value, stat, ...tagCells].map((cell) => quoted(String(cell ?? ''))).join(',')}\n`,
  )
}

function statisticsOf(series: Series): (readonly [stat: string, value: number])[] {
  if (series.type === 'counter') return [['count', series.count]]
  if (series.type === 'gauge') return [['value', series.value]]
  if (series.type === 'rate') {
    return [
      ['rate', series.trues / series.total],
      ['count', series.total],
    ]
  }
  return [['count', series.histogram.count], ...trendStatistics(series.histogram)]
}

/** RFC 4180: quotes where a cell holds a comma, a quote or a line end. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
