import { exp, normalCdf } from './portable-math.ts'

/** Probabilities of the whole numbers first, first + 1, … Computed in portable arithmetic: the same on every machine. */
export interface Distribution {
  readonly first: number
  readonly probabilities: Float64Array
}

/** Always the same number. */
export function always(value: number): Distribution {
  return { first: value, probabilities: Float64Array.of(1) }
}

/** U{low..high}, both included. */
export function uniform(low: number, high: number): Distribution {
  const count = high - low + 1
  return { first: low, probabilities: new Float64Array(count).fill(1 / count) }
}

/** One of the values listed, each entry equally likely, raised to `least` where below. */
export function oneOf(values: readonly number[], least: number): Distribution {
  return mixture(values.map((value) => [1 / values.length, always(Math.max(least, value))]))
}

/** clip(floor(Exp(mean)) + offset, low, high). */
export function clippedExponential(mean: number, offset: number, low: number, high: number): Distribution {
  return clipped(low, high, (value) => (value <= offset ? 0 : 1 - exp(-(value - offset) / mean)))
}

/** clip(floor(N(mean, sd)), low, high). */
export function clippedNormal(mean: number, sd: number, low: number, high: number): Distribution {
  return clipped(low, high, (value) => normalCdf((value - mean) / sd))
}

/** One of several distributions, with the weights named, which add up to 1. */
export function mixture(parts: readonly (readonly [weight: number, of: Distribution])[]): Distribution {
  const first = Math.min(...parts.map(([, { first: low }]) => low))
  const end = Math.max(...parts.map(([, part]) => part.first + part.probabilities.length))
  const probabilities = new Float64Array(end - first)
  for (const [weight, part] of parts) {
    for (const [index, probability] of part.probabilities.entries())
      probabilities[part.first - first + index] += weight * probability
  }
  return { first, probabilities }
}

/** The sum of independent numbers. */
export function sum(...parts: readonly Distribution[]): Distribution {
  return parts.reduce(convolve)
}

/** The floor of a continuous number, clipped to low … high; `below` is its distribution function. */
function clipped(low: number, high: number, below: (value: number) => number): Distribution {
  const probabilities = new Float64Array(high - low + 1)
  for (let value = low; value <= high; value++) {
    const upTo = value === high ? 1 : below(value + 1)
    const before = value === low ? 0 : below(value)
    probabilities[value - low] = upTo - before
  }
  return { first: low, probabilities }
}

function convolve(a: Distribution, b: Distribution): Distribution {
  const probabilities = new Float64Array(a.probabilities.length + b.probabilities.length - 1)
  for (const [i, p] of a.probabilities.entries()) {
    for (const [j, q] of b.probabilities.entries()) probabilities[i + j] += p * q
  }
  return { first: a.first + b.first, probabilities }
}
