import { oneLine } from './columns.ts'
import { NOTHING } from './format.ts'

/** Milliseconds as k6 writes them, two decimals at most and no space: `0s`, `12.5µs`, `140.36ms`, `2.01s`, `1m30s`. */
export function compactMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING
  if (ms < 0) return `-${compactMs(-ms)}`
  if (ms === 0) return '0s'
  if (ms < 0.999995) return `${trimmed(ms * 1000)}µs`
  if (ms < 999.995) return `${trimmed(ms)}ms`
  if (ms < 59_995) return `${trimmed(ms / 1000)}s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return `${hours > 0 ? `${hours}h` : ''}${minutes % 60}m${seconds % 60}s`
}

/** A number as k6 writes it: six decimals at most, no zeros at the end. */
export function compactNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(6))) : NOTHING
}

/** A share as k6 writes it, cut and not rounded: 100.00% is said only where it is all. */
export function compactShare(part: number, whole: number): string {
  return `${(whole > 0 ? Math.trunc((part / whole) * 10_000) / 100 : 0).toFixed(2)}%`
}

/** A share in words: `99.9 %`, never 100 where something is missing and never 0 where something is there. */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0)) return NOTHING
  const percent = (part / whole) * 100
  if (percent === 0 || percent === 100) return `${percent} %`
  if (percent < 0.01) return '< 0.01 %'
  if (percent > 99.99 && percent < 100) return '> 99.99 %'
  return `${percent < 10 ? trimmed(percent) : Number(percent.toFixed(percent > 99 ? 2 : 1))} %`
}

/** `1:05`, `1:00:09`: for a clock that runs. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}

/** The left side of a threshold's expression: `p(95)` of `p(95)<200`. */
export function aggregationOf(expression: string): string {
  return expression.split(/[=!<>]/)[0].trim()
}

/**
 * What a threshold found, `p(95)=37.5ms`, in the unit of its metric: durations are milliseconds, shares of the whole
 * 0 … 1. `no data` where there was none.
 */
export function formatActual(actual: number | null, metric: string, expression: string): string {
  if (actual === null) return 'no data'
  const aggregation = oneLine(aggregationOf(expression))
  const [name] = metric.split('{')
  const format = aggregation === 'count' ? compactNumber : SHARES.test(name) ? shareOfOne : formatOf(name)
  return `${aggregation}=${format(actual)}`
}

function formatOf(name: string): (actual: number) => string {
  return DURATIONS.test(name) ? compactMs : compactNumber
}

function shareOfOne(share: number): string {
  return compactShare(share, 1)
}

const SHARES = /^(?:checks|http_req_failed|steps_failed)$/
const DURATIONS =
  /^(?:makespan|response_time|service_time|schedule_slip|scheduler_delay|job_(?:end_to_end|queue_wait|service)|iteration_duration|http_req_.*|ws_connecting|ws_session_duration)$/

function trimmed(value: number): string {
  return String(Number(value.toFixed(2)))
}
