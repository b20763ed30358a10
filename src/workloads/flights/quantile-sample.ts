import type { Stream } from '../../scenario/stream.ts'
import type { Distribution } from './distribution.ts'

/** Fills `out` with values of one distribution, in random order. */
export type Sampler = (random: Stream, out: Int32Array) => void

/**
 * Draws a systematic sample: n equally spaced places of 0 … 1, all moved by one random offset, each turned into the value
 * that the distribution's exact quantile function has there, and the values shuffled
 * (docs/decisions/0002-exact-quantiles.md).
 *
 *     0 ──┬────┬────┬────┬────┬── 1      n = 5, offset 0.6 of a step
 *         62   62   65   70   88         ──▶ shuffled: 70 62 88 62 65
 *
 * Every single value has the distribution exactly; all together miss none of its quantiles by more than one place in n.
 * One 32-bit number a value. (Cochran, "Sampling Techniques", chapter 8; McKay, Beckman and Conover 1979 for its use with
 * several inputs, which are shuffled apart.)
 */
export function quantileSampler({ first, probabilities }: Distribution): Sampler {
  const upTo = cumulative(probabilities)
  return (random, out) => {
    const offset = random.float64()
    let value = 0
    for (let i = 0; i < out.length; i++) {
      const place = (i + offset) / out.length
      while (upTo[value] <= place) value++
      out[i] = first + value
    }
    shuffle(random, out)
  }
}

/** Where each value's places end. The last that can be ends at Infinity: a place may round up to 1. */
function cumulative(probabilities: Float64Array): Float64Array {
  const total = probabilities.reduce((a, b) => a + b)
  let sum = 0
  return probabilities.map((probability) => {
    sum += probability
    return sum >= total ? Infinity : sum / total
  })
}

/** Fisher and Yates's shuffle. Scaling 32 bits without rejection leaves a place less likely by at most length / 2^32. */
function shuffle(random: Stream, values: Int32Array): void {
  for (let i = values.length - 1; i > 0; i--) {
    const other = Math.floor(random.uint32() * ((i + 1) / 4294967296))
    const value = values[i]
    values[i] = values[other]
    values[other] = value
  }
}
