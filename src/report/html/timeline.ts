import { formatMs } from '../format.ts'
import { categoryColor } from './palette.ts'
import { axisUnit } from './time-unit.ts'
import { occupancy, type Span } from './occupancy.ts'
import type { LedgerEntry } from '../../results/documents.ts'
import type { EmptyFigure, Figure } from './figure.ts'

const BUCKETS = 200
const TITLE = 'Timeline of the run'

/** Jobs running per kind over the run, stacked, and below it the jobs sent and not yet started. */
export function timelineFigure(ledger: readonly LedgerEntry[]): Figure | EmptyFigure {
  const range = rangeOf(ledger)
  if (!range) return { id: 'timeline', title: TITLE, why: 'No job was done, so there is no timeline.' }
  const [startMs, endMs] = range
  const widthMs = bucketWidthMs(endMs - startMs)
  // One more than the run needs: every kind comes down to zero at the end.
  const buckets = Math.floor((endMs - startMs) / widthMs) + 2
  const average = (spans: Iterable<Span>) => [...occupancy(spans, startMs, widthMs, buckets)].map(twoDecimals)
  const running = [...spansByKind(ledger)].map(([kind, spans]) => ({ kind, jobs: average(spans) }))
  const backlog = average(waitingSpans(ledger, endMs))
  const { unit, unitMs } = axisUnit(endMs - startMs)
  const x = backlog.map((_, i) => Number(((i * widthMs) / unitMs).toFixed(4)))
  return {
    id: 'timeline',
    title: TITLE,
    note: `Above: jobs running, by kind. Below: jobs sent and not yet started. Averages over ${formatMs(widthMs)}.`,
    heightPx: 460,
    unit: 'jobs',
    option: {
      tooltip: { trigger: 'axis' },
      axisPointer: { link: [{ xAxisIndex: 'all' }] },
      legend: { type: 'scroll', top: 0, left: 0 },
      grid: [
        { top: 56, left: 56, right: 20, height: 210 },
        { top: 326, left: 56, right: 20, bottom: 48 },
      ],
      xAxis: [timeAxis(0, x), { ...timeAxis(1, x), name: `time since the first job was ready (${unit})` }],
      yAxis: [
        { type: 'value', gridIndex: 0, name: 'running', minInterval: 1 },
        { type: 'value', gridIndex: 1, name: 'queued', minInterval: 1, splitNumber: 3 },
      ],
      series: [
        ...running.map(({ kind, jobs }, i) => area(kind, 0, zip(x, jobs), categoryColor(i), 'running')),
        area('queued', 1, zip(x, backlog), 'var(--muted)'),
      ],
    },
    table: {
      caption: `Jobs running by kind, and queued, averages over ${formatMs(widthMs)}`,
      columns: [`time (${unit})`, ...running.map(({ kind }) => kind), 'queued'],
      rows: x.map((time, i) => [String(time), ...running.map(({ jobs }) => String(jobs[i])), String(backlog[i])]),
    },
  }
}

function area(name: string, grid: number, data: readonly (readonly number[])[], color: string, stack?: string) {
  return {
    name,
    type: 'line',
    xAxisIndex: grid,
    yAxisIndex: grid,
    // A bucket's average holds for the whole bucket.
    step: 'end',
    showSymbol: false,
    stack,
    color,
    lineStyle: { width: stack ? 0 : 1.5 },
    areaStyle: { opacity: stack ? 0.85 : 0.2 },
    data,
  }
}

function timeAxis(gridIndex: number, x: readonly number[]) {
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max: x.at(-1),
    axisLabel: { showMaxLabel: false },
    nameLocation: 'middle',
    nameGap: 28,
  }
}

function rangeOf(ledger: readonly LedgerEntry[]): Span | undefined {
  let start = Infinity
  let end = -Infinity
  for (const entry of ledger) {
    if (entry.started_at === null || entry.completed_at === null) continue
    start = Math.min(start, entry.ready_at ?? entry.started_at, entry.started_at)
    end = Math.max(end, entry.completed_at)
  }
  return end >= start ? [start, end] : undefined
}

function spansByKind(ledger: readonly LedgerEntry[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>()
  for (const { kind, started_at, completed_at } of ledger) {
    if (started_at === null || completed_at === null) continue
    const ofKind = spans.get(kind) ?? []
    spans.set(kind, ofKind)
    ofKind.push([started_at, completed_at])
  }
  return spans
}

function* waitingSpans(ledger: readonly LedgerEntry[], endMs: number): Generator<Span> {
  for (const { sent_at, started_at } of ledger) if (sent_at !== null) yield [sent_at, started_at ?? endMs]
}

/** 1, 2 or 5 times a power of ten, so that a run has 80 to 200 buckets; never under a millisecond. */
function bucketWidthMs(durationMs: number): number {
  const least = Math.max(1, durationMs / BUCKETS)
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= least)!
}

function zip(x: readonly number[], y: readonly number[]): number[][] {
  return x.map((value, i) => [value, y[i]])
}

function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100
}
