import { z } from 'zod'
import type { Stream } from '../../scenario/stream.ts'

/** What is picked by weight: journeys, products, answers. Weights need not sum to 1 or 100, only to more than 0. */
export const mixSchema = z
  .array(z.strictObject({ name: z.string().min(1).max(100), weight: z.number().min(0).max(1e9) }))
  .min(1)
  .max(1000)
  .refine((mix) => mix.some(({ weight }) => weight > 0), { error: 'must have weights that sum to more than 0' })
  .refine((mix) => new Set(mix.map(({ name }) => name)).size === mix.length, { error: 'must have names that differ' })

export type Mix = z.output<typeof mixSchema>

/** A function that answers the name of one entry, each as often as its weight says. */
export function picker(mix: Mix): (random: Stream) => string {
  const total = mix.reduce((sum, { weight }) => sum + weight, 0)
  const last = mix.findLast(({ weight }) => weight > 0)!
  return (random) => {
    let left = random.float64() * total
    for (const { name, weight } of mix) if ((left -= weight) < 0) return name
    return last.name // the weights, summed in another order, may come out a rounding short
  }
}
