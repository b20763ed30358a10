/** Number `n` of a stream of random numbers, 0 to below 1: the same for the same seed, stream and n, in any order. */
export type Draws = (stream: number, n: number) => number

export function createDraws(seed: number): Draws {
  const start = scatter(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995) ^ (seed % 2 ** 32)
  return (stream, n) => {
    const key = scatter(start ^ Math.imul(stream + 1, 0x9e3779b1))
    return (scatter(key ^ Math.imul(n + 1, 0x85ebca77)) >>> 0) / 2 ** 32
  }
}

/** The finalizer of MurmurHash3: every bit of the input moves half of the output's. */
function scatter(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A log-normal value out of two draws (Box-Muller). `sigma` 0: always the median. */
export function logNormal(first: number, second: number, median: number, sigma: number): number {
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second))
}
