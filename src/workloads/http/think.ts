import { z } from 'zod'
import { durationSchema } from '../../engine/schedule/duration.ts'
import type { Stream } from '../../scenario/stream.ts'

const duration = durationSchema(0)
const bounds = { min: duration.default(0), max: duration.optional() }

/** How long a user thinks: a duration, or how it is distributed. Values outside `min` and `max` become those. */
export const thinkSchema = z.union([
  duration,
  z.strictObject({
    uniform: z
      .strictObject({ min: duration, max: duration })
      .refine(({ min, max }) => min <= max, { error: 'must have a min that is not above its max' }),
  }),
  z.strictObject({ exponential: z.strictObject({ mean: duration, ...bounds }) }),
  z.strictObject({ gaussian: z.strictObject({ mean: duration, deviation: duration, ...bounds }) }),
])

export type Think = z.output<typeof thinkSchema>

/** Milliseconds of one pause. */
export function drawThinkMs(think: Think, random: Stream): number {
  if (typeof think === 'number') return think
  if ('uniform' in think) return think.uniform.min + random.float64() * (think.uniform.max - think.uniform.min)
  if ('exponential' in think) {
    const { mean, min, max = Infinity } = think.exponential
    return clamp(-Math.log(1 - random.float64()) * mean, min, max)
  }
  const { mean, deviation, min, max = Infinity } = think.gaussian
  const normal = Math.sqrt(-2 * Math.log(1 - random.float64())) * Math.cos(2 * Math.PI * random.float64())
  return clamp(mean + deviation * normal, min, max)
}

/** The mean, without regard to bounds that cut it. */
export function meanThinkMs(think: Think): number {
  if (typeof think === 'number') return think
  if ('uniform' in think) return (think.uniform.min + think.uniform.max) / 2
  return 'exponential' in think ? think.exponential.mean : think.gaussian.mean
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
