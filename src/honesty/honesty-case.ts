import type { HonestyKind } from '../targets/index.ts'

/** One run against one target with known answers. */
export interface HonestyCase {
  readonly kind: HonestyKind
  /** Of the target, as `turnaround target honesty-… --set` takes them. */
  readonly settings: Readonly<Record<string, number>>
  /** Starts a second. */
  readonly rate: number
  readonly durationMs: number
  /** Requests that can be under way at once; an arrival beyond them waits. */
  readonly connections: number
}

export interface CaseOptions {
  /** Default: all. */
  readonly kinds?: readonly HonestyKind[]
  readonly durationMs: number
  readonly rate: number
  /** Default: what tells most about each: 10, and the freeze with 300 as well. */
  readonly connections?: number
}

/** Of a target whose rate is known, so many times that rate is asked: its queue grows to the end. */
const OVERLOAD = 1.25
const FEW = 10
/** As many as arrive while the target stands still, and more. */
const MANY = 300

/** What is run: spans of a target are shares of the duration, so that a short run meets all that a long one does. */
export function honestyCases({ kinds, durationMs, rate, connections }: CaseOptions): HonestyCase[] {
  const settings: Readonly<Record<HonestyKind, Readonly<Record<string, number>>>> = {
    steady: {},
    freeze: { freeze_at_ms: 0.4 * durationMs, freeze_ms: 0.2 * durationMs },
    bimodal: {},
    saturating: { rate_per_second: Math.max(1, rate / OVERLOAD) },
    'slow-start': { warm_after_ms: 0.3 * durationMs },
    'error-bursts': { every_ms: 0.4 * durationMs, burst_ms: 0.1 * durationMs },
  }
  const asked = kinds ?? (Object.keys(settings) as HonestyKind[])
  return asked.flatMap((kind) => {
    const counts = connections === undefined ? (kind === 'freeze' ? [FEW, MANY] : [FEW]) : [connections]
    return counts.map((count) => ({ kind, settings: settings[kind], rate, durationMs, connections: count }))
  })
}
