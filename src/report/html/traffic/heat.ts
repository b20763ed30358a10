import type { TrafficDocument } from '../../../results/traffic-document.ts'
import { formatCount, formatMs, formatNoun } from '../../format.ts'
import type { EmptyFigure, Figure } from '../figure.ts'
import { RAMP_COLORS, rampColor } from '../palette.ts'
import { rounded, timeAxis } from './time-axis.ts'

const MOST_LABELS = 12

/**
 * Every response time, by when its answer came and how long it took: what percentiles hide, two humps for instance, is seen
 * here. Colours go by the root of the count: where one second holds a hundred times more than the usual, the usual is still seen.
 */
export function heatFigure({ timeline, heat, heat_bounds_ms: bounds }: TrafficDocument): Figure | EmptyFigure {
  const title = 'Heat map of response times'
  const used = bounds.map((_, row) => heat.some((counts) => counts[row] > 0))
  const first = used.indexOf(true)
  if (first < 0) return { id: 'heat', title, why: 'Nothing was answered, so there is nothing to draw.' }
  const rows = bounds.slice(first, used.lastIndexOf(true) + 1)
  const cells = heat.flatMap((counts, x) => rows.map((_, y) => [x, y, counts[first + y]])).filter(([, , n]) => n > 0)
  const most = cells.reduce((highest, [, , count]) => Math.max(highest, count), 0)
  const { unit, times, labelEvery } = timeAxis(timeline)
  const labels = rows.map((bound) => `≤ ${formatMs(bound)}`)
  return {
    id: 'heat',
    title,
    note: `Each column is ${formatMs(timeline.slice_ms)}, each row a range of response times; the stronger, the more answers. The strongest has ${formatNoun(most, 'answer')}.`,
    heightPx: 440,
    unit: '',
    option: {
      tooltip: { perCell: true },
      grid: { top: 44, left: 8, right: 16, bottom: 44, outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        data: times.map(String),
        name: `time (${unit})`,
        nameLocation: 'middle',
        nameGap: 28,
        axisLabel: { interval: labelEvery - 1 },
      },
      yAxis: {
        type: 'category',
        data: labels,
        axisLabel: { interval: Math.ceil(rows.length / MOST_LABELS) - 1 },
      },
      visualMap: {
        min: 0,
        max: rounded(Math.sqrt(most)),
        dimension: 3,
        text: ['many answers', 'few'],
        orient: 'horizontal',
        right: 0,
        top: 0,
        itemWidth: 12,
        itemHeight: 120,
        hoverLink: false,
        textStyle: { color: 'var(--muted)' },
        inRange: { color: Array.from({ length: RAMP_COLORS }, (_, at) => rampColor(at, RAMP_COLORS)) },
      },
      series: [
        {
          name: 'answers',
          type: 'heatmap',
          encode: { x: 0, y: 1, value: 2 },
          data: cells.map(([x, y, count]) => [x, y, count, Number(Math.sqrt(count).toFixed(1))]),
        },
      ],
    },
    table: {
      caption: title,
      columns: ['response time', 'answers'],
      rows: labels.map((label, y) => [label, formatCount(heat.reduce((sum, counts) => sum + counts[first + y], 0))]),
    },
  }
}
