import type { Stream } from '../../scenario/stream.ts'

/**
 * A draw from the exponential distribution of mean 1, by comparing uniform numbers alone (J. von Neumann, "Various
 * techniques used in connection with random digits", 1951): no logarithm, which engines may round differently, and so the
 * same schedule on every machine. Takes 4.3 uniform numbers on average.
 */
export function drawExponential({ float64 }: Stream): number {
  for (let whole = 0; ; whole++) {
    const first = float64()
    let last = first
    let drawn = 1
    for (let next = float64(); ; next = float64()) {
      drawn += 1
      if (next >= last) break
      last = next
    }
    // The first ascent comes at an even place with probability e^-first.
    if (drawn % 2 === 0) return whole + first
  }
}
