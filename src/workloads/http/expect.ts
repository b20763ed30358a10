import type { HttpSettings } from './schema.ts'
import { meanThinkMs } from './think.ts'

/** Requests of an iteration, about. What a module does is not known: one. */
export function requestsPerIteration({ journeys = [] }: HttpSettings): number {
  return weighted(journeys, ({ steps }) => steps.length) ?? 1
}

/** How long an iteration takes a user if the target answers at once: the pauses. Undefined where there are none. */
export function iterationMs({ journeys = [], think }: HttpSettings): number | undefined {
  const pauses = weighted(journeys, ({ steps }) => {
    return steps.reduce((sum, step) => sum + (step.think === undefined ? 0 : meanThinkMs(step.think)), 0)
  })
  const ms = (pauses ?? 0) + (think === undefined ? 0 : meanThinkMs(think))
  return ms > 0 ? ms : undefined
}

type Journey = NonNullable<HttpSettings['journeys']>[number]

/** The mean over journeys, each as often as it is chosen; undefined where there are none. */
function weighted(journeys: readonly Journey[], value: (journey: Journey) => number): number | undefined {
  const total = journeys.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  return journeys.reduce((sum, journey) => sum + journey.weight * value(journey), 0) / total
}
