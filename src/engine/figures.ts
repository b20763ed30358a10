import { Histogram } from './histogram.ts'

/** `ok`, or the class of an error: `timeout`, `refused`, `reset`, `http_5xx`, … The workload names its own. */
export type Outcome = string

/** The figures of one step and one outcome. */
export class OutcomeFigures {
  /** From the intended start: what a user would have waited. Its count is the number of samples. */
  readonly responseTime = new Histogram()
  /** From the send. */
  readonly serviceTime = new Histogram()
  bytesSent = 0
  bytesReceived = 0
  /** How often each status came, where there was one. */
  readonly statuses = new Map<number, number>()

  merge(other: OutcomeFigures): void {
    this.responseTime.merge(other.responseTime)
    this.serviceTime.merge(other.serviceTime)
    this.bytesSent += other.bytesSent
    this.bytesReceived += other.bytesReceived
    for (const [status, count] of other.statuses) addTo(this.statuses, status, count)
  }

  clear(): void {
    this.responseTime.clear()
    this.serviceTime.clear()
    this.bytesSent = 0
    this.bytesReceived = 0
    this.statuses.clear()
  }
}

/** The figures of one step. */
export class StepFigures {
  readonly outcomes = new Map<Outcome, OutcomeFigures>()
  /** Durations inside a step that have a name of their own: `connect`, `tls`, `first_byte`, … */
  readonly timings = new Map<string, Histogram>()

  /** Samples of all outcomes. */
  get count(): number {
    let count = 0
    for (const outcome of this.outcomes.values()) count += outcome.responseTime.count
    return count
  }

  /** One latency of all outcomes together, as a histogram of its own. */
  latency(which: 'responseTime' | 'serviceTime'): Histogram {
    const all = new Histogram()
    for (const outcome of this.outcomes.values()) all.merge(outcome[which])
    return all
  }

  merge(other: StepFigures): void {
    for (const [name, outcome] of other.outcomes) entry(this.outcomes, name, OutcomeFigures).merge(outcome)
    for (const [name, timing] of other.timings) entry(this.timings, name, Histogram).merge(timing)
  }

  clear(): void {
    for (const outcome of this.outcomes.values()) outcome.clear()
    for (const timing of this.timings.values()) timing.clear()
  }
}

/** Iterations that should have started. `due` = `started` + `dropped`. */
export interface StartCounts {
  due: number
  started: number
  /** Of those started: later than the loop promises. */
  late: number
  /** Not started, because as many as allowed were running (k6: `dropped_iterations`). */
  dropped: number
}

/**
 * What one window, or a whole run, says. Merging is addition, in any order: shards of one window, and windows of a run.
 * Only `levels` add up across shards alone: totals hold none.
 */
export class Figures {
  readonly steps = new Map<string, StepFigures>()
  /** Whole iterations by outcome: `ok`, `failed`, `interrupted`. */
  readonly iterations = new StepFigures()
  readonly starts: StartCounts = { due: 0, started: 0, late: 0, dropped: 0 }
  /** How much later than intended iterations started. */
  readonly slip = new Histogram()
  /** Named counts: checks passed and failed, messages lost, … */
  readonly counters = new Map<string, number>()
  /** The highest of what goes up and down: users, iterations in flight, open connections. */
  readonly levels = new Map<string, number>()

  merge(other: Figures): void {
    for (const [name, step] of other.steps) entry(this.steps, name, StepFigures).merge(step)
    this.iterations.merge(other.iterations)
    this.starts.due += other.starts.due
    this.starts.started += other.starts.started
    this.starts.late += other.starts.late
    this.starts.dropped += other.starts.dropped
    this.slip.merge(other.slip)
    for (const [name, count] of other.counters) addTo(this.counters, name, count)
    for (const [name, level] of other.levels) addTo(this.levels, name, level)
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    for (const step of this.steps.values()) step.clear()
    this.iterations.clear()
    Object.assign(this.starts, { due: 0, started: 0, late: 0, dropped: 0 })
    this.slip.clear()
    this.counters.clear()
    this.levels.clear()
  }
}

/** The entry of that name, made where it is missing. */
export function entry<K, V>(map: Map<K, V>, key: K, type: new () => V): V {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = new type()))
  return found
}

export function addTo<K>(map: Map<K, number>, key: K, count: number): void {
  map.set(key, (map.get(key) ?? 0) + count)
}
