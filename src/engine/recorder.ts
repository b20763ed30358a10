import { entry, Figures, OutcomeFigures, StepFigures, type Outcome } from './figures.ts'
import { Histogram } from './histogram.ts'

/** One request, message or other exchange. Times are monotonic milliseconds of the clock that the load loop runs on. */
export interface Sample {
  readonly outcome: Outcome
  /** When it should have been sent. In an open loop that is part of the schedule, in a closed one previous end + think time. */
  readonly intendedAtMs: number
  /** When it was sent. */
  readonly sentAtMs: number
  readonly endedAtMs: number
  /** A whole number of 0 or more, e.g. HTTP's. */
  readonly status?: number
  readonly bytesSent?: number
  readonly bytesReceived?: number
}

/** One second of one shard. Numbered from 0 without a gap: a window in which nothing happened is there too. */
export interface RecordedWindow {
  readonly shard: number
  readonly number: number
  /** Only valid during the call: its memory is used again for the next window. */
  readonly figures: Figures
}

/** What workloads record on. */
export interface StepRecorder {
  record(step: string, sample: Sample): void
  /** A duration inside a step with a name of its own, e.g. `connect`. */
  timing(step: string, name: string, ms: number): void
  count(name: string, times?: number): void
  /** A level that has gone up or down, e.g. open connections. It stays until told otherwise; a window keeps its highest. */
  level(name: string, value: number): void
}

/** The whole of it: the load loop tells when the run begins, how iterations start and end, and what time it is. */
export interface Recorder extends StepRecorder {
  readonly shard: number
  /** Everything since the beginning, without levels. */
  readonly total: Figures
  /** Windows handed out so far. */
  readonly windows: number
  /** Samples that came after the end, and are in no figure. */
  readonly afterEnd: number
  begin(startMs: number): void
  started(atMs: number, slipMs: number, isLate: boolean): void
  dropped(atMs: number): void
  iteration(sample: Sample): void
  /** Hands out every window that is over. */
  advance(nowMs: number): void
  /** Hands out the last window, however short. */
  finish(nowMs: number): void
}

export const WINDOW_MS = 1000
/** More names than this share one: a URL as a step's name must not cost the memory of a run. */
export const SERIES_LIMIT = { steps: 500, outcomes: 50, timings: 50, statuses: 1000, counters: 1000 } as const
export const OTHER = '(other)'
const OTHER_STATUS = 0

/**
 * Records one shard's run. Memory depends on the number of names, not on the length of the run: one window is open,
 * and when it is over it is handed to `onWindow` and used again. A sample belongs to the window in which it ended; where that
 * one was handed out already, to the one that is open.
 */
export function createRecorder(options: {
  readonly shard: number
  readonly onWindow: (window: RecordedWindow) => void
}): Recorder {
  const { shard, onWindow } = options
  const total = new Figures()
  const window = new Figures()
  const both = [window, total] as const
  const current = new Map<string, number>()
  let startMs = 0
  let number = 0
  let windowEndsMs = WINDOW_MS
  let ended = false
  let afterEnd = 0

  function handOut(): void {
    onWindow({ shard, number, figures: window })
    window.clear()
    for (const [name, value] of current) window.levels.set(name, value)
    number += 1
    windowEndsMs = startMs + (number + 1) * WINDOW_MS
  }

  function advance(nowMs: number): void {
    if (ended) return
    while (nowMs >= windowEndsMs) handOut()
  }

  function addSample(stepOf: (figures: Figures) => StepFigures, sample: Sample): void {
    if (ended) {
      afterEnd += 1
      return
    }
    advance(sample.endedAtMs)
    // A timer may fire a little early: nobody has waited less than the exchange took.
    const responseUs = (sample.endedAtMs - Math.min(sample.intendedAtMs, sample.sentAtMs)) * 1000
    const serviceUs = (sample.endedAtMs - sample.sentAtMs) * 1000
    for (const figures of both) {
      const outcome = limited(stepOf(figures).outcomes, sample.outcome, OutcomeFigures, SERIES_LIMIT.outcomes)
      outcome.responseTime.record(responseUs)
      outcome.serviceTime.record(serviceUs)
      outcome.bytesSent += sample.bytesSent ?? 0
      outcome.bytesReceived += sample.bytesReceived ?? 0
      if (sample.status !== undefined)
        addLimited(outcome.statuses, sample.status, 1, SERIES_LIMIT.statuses, OTHER_STATUS)
    }
  }

  const stepNamed = (figures: Figures, name: string) => limited(figures.steps, name, StepFigures, SERIES_LIMIT.steps)

  return {
    shard,
    total,
    get windows() {
      return number
    },
    get afterEnd() {
      return afterEnd
    },
    begin(atMs) {
      startMs = atMs
      windowEndsMs = startMs + WINDOW_MS
    },
    record: (step, sample) => addSample((figures) => stepNamed(figures, step), sample),
    iteration: (sample) => addSample((figures) => figures.iterations, sample),
    timing(step, name, ms) {
      for (const figures of both) {
        limited(stepNamed(figures, step).timings, name, Histogram, SERIES_LIMIT.timings).record(ms * 1000)
      }
    },
    count(name, times = 1) {
      for (const { counters } of both) addLimited(counters, name, times, SERIES_LIMIT.counters, OTHER)
    },
    level(name, value) {
      if (current.size >= SERIES_LIMIT.counters && !current.has(name)) return
      current.set(name, value)
      window.levels.set(name, Math.max(window.levels.get(name) ?? 0, value))
    },
    started(atMs, slipMs, isLate) {
      advance(atMs)
      for (const { starts, slip } of both) {
        starts.due += 1
        starts.started += 1
        if (isLate) starts.late += 1
        slip.record(slipMs * 1000)
      }
    },
    dropped(atMs) {
      advance(atMs)
      for (const { starts } of both) {
        starts.due += 1
        starts.dropped += 1
      }
    },
    advance,
    finish(nowMs) {
      if (ended) return
      advance(nowMs)
      if (nowMs > startMs + number * WINDOW_MS) handOut()
      ended = true
    },
  }
}

function limited<V>(map: Map<string, V>, name: string, type: new () => V, limit: number): V {
  return entry(map, map.size < limit || map.has(name) ? name : OTHER, type)
}

function addLimited<K>(map: Map<K, number>, key: K, times: number, limit: number, other: K): void {
  const known = map.get(key)
  if (known !== undefined) map.set(key, known + times)
  else if (map.size < limit) map.set(key, times)
  else map.set(other, (map.get(other) ?? 0) + times)
}
