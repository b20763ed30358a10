import { systemClock } from '../clock.ts'
import type { Behaviour } from './behaviour.ts'
import { measure, type Outcome, type Place } from './measure.ts'

export interface Measurement {
  readonly behaviour: Behaviour
  readonly outcome: Outcome
  readonly durationMs: number
}

export interface MeasureOptions {
  /** Behaviours under way at once, where they do not move time. */
  readonly concurrency: number
  readonly onMeasured: (measurement: Measurement) => void
  /** Ends after what is under way. */
  readonly stop?: AbortSignal
}

/**
 * Measures all of them, in any order; answers in the order given. Those that move a server's clock run last and alone;
 * where time is waited for, waiting can be done together.
 */
export async function measureAll(
  behaviours: readonly Behaviour[],
  place: Place,
  { concurrency, onMeasured, stop }: MeasureOptions,
): Promise<Measurement[]> {
  const found = new Map<Behaviour, Measurement>()
  const isAlone = ({ test }: Behaviour): boolean => place.time !== undefined && test?.movesTime === true

  async function work(queue: Behaviour[]): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (stop?.aborted) return
      const startedMs = systemClock.monotonic()
      const outcome = await measure(next, place)
      const measurement = { behaviour: next, outcome, durationMs: systemClock.monotonic() - startedMs }
      found.set(next, measurement)
      onMeasured(measurement)
    }
  }

  const together = behaviours.filter((behaviour) => !isAlone(behaviour))
  await Promise.all(Array.from({ length: concurrency }, () => work(together)))
  await work(behaviours.filter(isAlone))
  return behaviours.flatMap((behaviour) => found.get(behaviour) ?? [])
}
