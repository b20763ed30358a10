import { oneLine, shorten } from '../columns.ts'
import { formatCount, formatMs, formatNoun, formatRate } from '../format.ts'
import { painter, type Paint } from '../paint.ts'
import { formatActual, formatClock, formatShare } from '../traffic-format.ts'
import type { ThresholdResult } from '../../results/documents.ts'
import { RECENT_SECONDS, type LiveSecond, type LiveTraffic } from './live-traffic.ts'
import { sparkline } from './sparkline.ts'

const SHOWN_ERRORS = 4
const SHOWN_THRESHOLDS = 6
const LABEL_WIDTH = 9
const VALUE_WIDTH = 9

interface Row {
  readonly label: string
  readonly value: (second: LiveSecond) => string
  readonly series: (second: LiveSecond) => number | null
}

const ROWS: readonly Row[] = [
  { label: 'offered', value: ({ due }) => formatRate(due), series: ({ due }) => due },
  { label: 'achieved', value: ({ started }) => formatRate(started), series: ({ started }) => started },
  { label: 'ended', value: ({ ended }) => formatRate(ended), series: ({ ended }) => ended },
  { label: 'users', value: ({ users }) => formatCount(users), series: ({ users }) => users },
  {
    label: 'errors',
    value: ({ failed, ended }) => formatShare(failed, ended),
    series: ({ failed, ended }) => (ended > 0 ? failed / ended : null),
  },
  { label: 'p50', value: ({ p50 }) => formatMs(p50), series: ({ p50 }) => p50 },
  { label: 'p95', value: ({ p95 }) => formatMs(p95), series: ({ p95 }) => p95 },
  { label: 'p99', value: ({ p99 }) => formatMs(p99), series: ({ p99 }) => p99 },
]

/** Lines for a terminal that can be redrawn, none longer than `width`: the last second as figures, the last minute as bars. */
export function renderLiveTraffic(state: LiveTraffic, width: number, color: boolean): string[] {
  const paint = painter(color)
  const fit = (text: string) => shorten(text, Math.max(0, width))
  const second = state.recent.at(-1)
  if (!second) return [fit('  the load has not begun')]
  return [
    fit(clockLine(state, width)),
    '',
    ...ROWS.map((row) => rowLine(row, second, state, width, paint)),
    ...totalLines(state).map(fit),
    ...thresholdLines(state.thresholds, fit, paint),
  ]
}

/** One line for logs and pipes. */
export function renderLiveTrafficPlain(state: LiveTraffic): string {
  const second = state.recent.at(-1)
  if (!second) return 'the load has not begun'
  const figures = ROWS.map(({ label, value }) => `${label} ${value(second)}`)
  const failing = state.thresholds.filter(({ ok }) => !ok).length
  const dropped = state.starts.dropped > 0 ? [`dropped ${formatCount(state.starts.dropped)}`] : []
  const thresholds =
    state.thresholds.length === 0 ? [] : [`thresholds ${failing === 0 ? 'ok' : `${formatCount(failing)} failing`}`]
  return [clock(state), ...figures, ...dropped, ...thresholds].join('  ')
}

function clock({ seconds, totalMs }: LiveTraffic): string {
  const elapsed = formatClock(seconds * 1000)
  return totalMs === undefined ? elapsed : `${elapsed}/${formatClock(totalMs)}`
}

function clockLine(state: LiveTraffic, width: number): string {
  const { seconds, totalMs } = state
  if (totalMs === undefined || totalMs <= 0) return ` ${clock(state)}`
  const share = Math.min(1, (seconds * 1000) / totalMs)
  const barWidth = Math.max(0, Math.min(50, width - clock(state).length - 14))
  const filled = Math.floor(share * barWidth)
  return ` ${clock(state)}  ${'━'.repeat(filled)}${'─'.repeat(barWidth - filled)}  ${Math.floor(share * 100)} %`
}

function rowLine(row: Row, second: LiveSecond, state: LiveTraffic, width: number, paint: Paint): string {
  const figures = ` ${row.label.padEnd(LABEL_WIDTH)}${row.value(second).padStart(VALUE_WIDTH)} `
  const bars = sparkline(state.recent.map(row.series), Math.min(RECENT_SECONDS, width - figures.length))
  const isBad = row.label === 'errors' && second.failed > 0
  return shorten(figures, Math.max(0, width)) + paint(isBad ? 'red' : 'cyan', bars)
}

function totalLines({ starts, ended, failed, errors }: LiveTraffic): string[] {
  const shown = errors.slice(0, SHOWN_ERRORS).map(({ name, count }) => `${oneLine(name)} ${formatCount(count)}`)
  const hidden = errors.length > SHOWN_ERRORS ? [`${formatCount(errors.length - SHOWN_ERRORS)} more classes`] : []
  return [
    '',
    ` so far   ${formatCount(starts.started)} of ${formatNoun(starts.due, 'start')}, ${formatCount(starts.late)} late, ${formatCount(starts.dropped)} dropped; ${formatCount(ended)} ended, ${formatCount(failed)} failed`,
    ...(shown.length > 0 ? [` failed   ${[...shown, ...hidden].join('  ')}`] : []),
  ]
}

/** Those that fail first: they are what somebody is looking for. */
function thresholdLines(thresholds: readonly ThresholdResult[], fit: (text: string) => string, paint: Paint): string[] {
  if (thresholds.length === 0) return []
  const sorted = [...thresholds].sort((a, b) => Number(a.ok) - Number(b.ok))
  const hidden = sorted.length - SHOWN_THRESHOLDS
  const lines = sorted.slice(0, SHOWN_THRESHOLDS).map(({ metric, expression, ok, actual }) => {
    const text = fit(
      ` ${ok ? '✓' : '✗'} ${oneLine(metric)} '${oneLine(expression)}' ${formatActual(actual, metric, expression)}`,
    )
    return paint(ok ? 'green' : 'red', text)
  })
  return ['', ...lines, ...(hidden > 0 ? [fit(`   and ${formatNoun(hidden, 'more threshold')}`)] : [])]
}
