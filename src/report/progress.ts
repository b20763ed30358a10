import { alignColumns } from './columns.ts'
import { formatCount, formatEta, formatRate } from './format.ts'

type CountByKind = Readonly<Record<string, number>>

/** What the scheduler tells while a run goes on. Counts are totals so far, not increments. */
export type ProgressEvent =
  | { readonly type: 'planned'; readonly byKind: CountByKind }
  | {
      readonly type: 'progress'
      readonly doneByKind: CountByKind
      /** Sent and not yet done. */
      readonly queued: number
      /** May run, not yet sent. */
      readonly ready: number
      readonly failed: number
      readonly blocked: number
      readonly retries?: number
      /** Monotonic, since the start of this process's part of the run. */
      readonly elapsedMs: number
    }

type Format = (count: number) => string

interface Sample {
  readonly elapsedMs: number
  readonly done: number
}

/** Never mutated: `advance` answers the next one. */
export interface ProgressState {
  readonly byKind: readonly { readonly kind: string; readonly total: number; readonly done: number }[]
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly blocked: number
  readonly backlog: number
  readonly retries: number
  readonly elapsedMs: number
  /** Over the last ten seconds; null until there is enough to tell. */
  readonly ratePerSecond: number | null
  /** Null until the rate means something. */
  readonly etaMs: number | null
  /** The window behind the rate, oldest first. */
  readonly samples: readonly Sample[]
}

const WINDOW_MS = 10_000
/** Samples closer together than this are one; bounds the window to some hundred however many events there are. */
const SAMPLE_EVERY_MS = 100
const RATE_AFTER_MS = 500
const ETA_AFTER_MS = 2_000
const SHOWN_KINDS = 10

/** A run that has not begun. `totalByKind` where it is already planned. */
export function createProgress(totalByKind: CountByKind = {}): ProgressState {
  const byKind = Object.entries(totalByKind).map(([kind, total]) => ({ kind, total: count(total), done: 0 }))
  return {
    byKind,
    total: sum(byKind.map((row) => row.total)),
    done: 0,
    failed: 0,
    blocked: 0,
    backlog: 0,
    retries: 0,
    elapsedMs: 0,
    ratePerSecond: null,
    etaMs: null,
    samples: [],
  }
}

/** The state after one more event. Time never runs back, and more may be done than was planned. */
export function advance(state: ProgressState, event: ProgressEvent): ProgressState {
  if (event.type === 'planned') return createProgress(event.byKind)
  const totals = new Map(state.byKind.map(({ kind, total }) => [kind, total]))
  for (const kind of Object.keys(event.doneByKind)) if (!totals.has(kind)) totals.set(kind, 0)
  const byKind = [...totals].map(([kind, planned]) => {
    const done = count(event.doneByKind[kind] ?? 0)
    return { kind, done, total: Math.max(planned, done) }
  })
  const total = sum(byKind.map((row) => row.total))
  const done = sum(byKind.map((row) => row.done))
  const failed = count(event.failed)
  const blocked = count(event.blocked)
  const elapsedMs = Math.max(state.elapsedMs, count(event.elapsedMs))
  const samples = slide(state.samples, { elapsedMs, done })
  const spanMs = elapsedMs - samples[0].elapsedMs
  const ratePerSecond = spanMs >= RATE_AFTER_MS ? (Math.max(0, done - samples[0].done) / spanMs) * 1000 : null
  const left = Math.max(0, total - done - failed - blocked)
  return {
    byKind,
    total,
    done,
    failed,
    blocked,
    backlog: count(event.queued) + count(event.ready),
    retries: count(event.retries ?? 0),
    elapsedMs,
    ratePerSecond,
    etaMs: etaOf(left, ratePerSecond, spanMs),
    samples,
  }
}

function etaOf(left: number, ratePerSecond: number | null, spanMs: number): number | null {
  if (left === 0) return 0
  return ratePerSecond !== null && ratePerSecond > 0 && spanMs >= ETA_AFTER_MS ? (left / ratePerSecond) * 1000 : null
}

/** Keeps one sample at or before the window's edge, so that the rate spans the whole window. */
function slide(samples: readonly Sample[], latest: Sample): readonly Sample[] {
  const last = samples.at(-1)
  const replaces = samples.length > 1 && latest.elapsedMs - samples.at(-2)!.elapsedMs < SAMPLE_EVERY_MS
  const all = last && replaces ? [...samples.slice(0, -1), latest] : [...samples, latest]
  const edge = all.findLastIndex((sample) => sample.elapsedMs <= latest.elapsedMs - WINDOW_MS)
  return edge > 0 ? all.slice(edge) : all
}

/** Several lines for a terminal that can be redrawn: a bar per kind, then the figures. */
export function renderLive(state: ProgressState, width: number): string {
  const shown = state.byKind.slice(0, SHOWN_KINDS)
  const hidden = state.byKind.length - shown.length
  const names = alignColumns(shown.map(({ kind }) => [kind]))
  const counts = alignColumns(shown.map(({ done, total }) => ['', `${formatCount(done)}/${formatCount(total)}`]))
  const barWidth = Math.max(0, Math.min(40, width - 6 - (names[0]?.length ?? 0) - (counts[0]?.length ?? 0)))
  const bars = shown.map(({ done, total }) => bar(total === 0 ? 0 : done / total, barWidth))
  const lines = [
    ...shown.map((_, i) => `  ${names[i]}  ${bars[i]}${counts[i]}`),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more kinds`] : []),
    '',
    `  ${headline(state, formatCount)}`,
    `  ${health(state, formatCount)}  retries ${formatCount(state.retries)}`,
  ]
  return lines.map((line) => line.slice(0, Math.max(0, width))).join('\n')
}

/** One line for logs and pipes. */
export function renderPlain(state: ProgressState): string {
  return `${headline(state, String)}  ${health(state, String)}`
}

function headline({ elapsedMs, done, total, ratePerSecond }: ProgressState, format: Format): string {
  // Rounded down: 100 % is said only when everything is done.
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100)
  const elapsed = `${(elapsedMs / 1000).toFixed(1)}s`
  return `${elapsed}  ${format(done)}/${format(total)} jobs (${percent} %)  ${formatRate(ratePerSecond)}`
}

function health({ backlog, etaMs, failed, blocked }: ProgressState, format: Format): string {
  const lost = blocked > 0 ? `  blocked ${format(blocked)}` : ''
  return `backlog ${format(backlog)}  eta ${formatEta(etaMs)}  failed ${format(failed)}${lost}`
}

function bar(share: number, width: number): string {
  const filled = share >= 1 ? width : Math.floor(share * width)
  return '━'.repeat(filled) + '─'.repeat(width - filled)
}

/** A count as it may be shown: whole, never negative, never NaN, and small enough to be added up. */
function count(value: number): number {
  return Number.isFinite(value) ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value))) : 0
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
