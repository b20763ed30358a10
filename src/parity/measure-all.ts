import { systemClock } from '../clock.ts'
import { EnvironmentError } from '../errors.ts'
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
 * where time is waited for, waiting can be done together. Throws EnvironmentError where the environment is gone: what is
 * not there does not differ.
 */
export async function measureAll(
  behaviours: readonly Behaviour[],
  place: Place,
  { concurrency, onMeasured, stop }: MeasureOptions,
): Promise<Measurement[]> {
  const found = new Map<Behaviour, Measurement>()
  let gone: EnvironmentError | undefined
  const isAlone = ({ test }: Behaviour): boolean => place.time !== undefined && test?.movesTime === true

  async function work(queue: Behaviour[]): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (stop?.aborted || gone) return
      const startedMs = systemClock.monotonic()
      const outcome = await measure(next, place)
      if (outcome.state === 'differs' && isRefusedConnection(outcome.error)) gone = stoppedAnswering(place, next)
      if (gone) return
      const measurement = { behaviour: next, outcome, durationMs: systemClock.monotonic() - startedMs }
      found.set(next, measurement)
      onMeasured(measurement)
    }
  }

  const together = behaviours.filter((behaviour) => !isAlone(behaviour))
  await Promise.all(Array.from({ length: concurrency }, () => work(together)))
  await work(behaviours.filter(isAlone))
  if (gone) throw gone
  return behaviours.flatMap((behaviour) => found.get(behaviour) ?? [])
}

function isRefusedConnection(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED'
}

function stoppedAnswering({ environment }: Place, { id }: Behaviour): EnvironmentError {
  const where = environment.endpoint ?? environment.region
  return new EnvironmentError(
    `${environment.name} (${where}) stopped answering while ${id} was measured; start it again and measure once more`,
  )
}
