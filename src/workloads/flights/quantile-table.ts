import type { Stream } from '../../scenario/stream.ts'
import type { Distribution } from './distribution.ts'

/** Draws from a distribution of whole numbers, one 32-bit number a draw. */
export interface QuantileTable {
  /** Fills `out` with independent draws. */
  fill(random: Stream, out: Int32Array): void
  /** The value that a uniform 32-bit number stands for; rises with it. */
  valueOf(uint32: number): number
}

const CELL_BITS = 12

/**
 * The exact quantile function, cut into 2^32 equal steps (docs/decisions/0002-exact-quantiles.md): value v stands for the
 * numbers last[v - 1] + 1 … last[v]. A guide by the leading 12 bits says where to start looking, which is nearly always
 * also where the search ends.
 */
export function quantileTable({ first, probabilities }: Distribution): QuantileTable {
  const last = lastNumbers(probabilities)
  const guide = new Uint16Array(1 << CELL_BITS)
  for (let cell = 0, value = 0; cell < guide.length; cell++) {
    while (last[value] < cell * 2 ** (32 - CELL_BITS)) value++
    guide[cell] = value
  }

  function valueOf(uint32: number): number {
    let value = guide[uint32 >>> (32 - CELL_BITS)]
    while (last[value] < uint32) value++
    return first + value
  }

  function fill(random: Stream, out: Int32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = valueOf(random.uint32())
  }

  return { fill, valueOf }
}

/** For each value the last of the 2^32 numbers that stand for it. */
function lastNumbers(probabilities: Float64Array): Float64Array {
  const total = probabilities.reduce((a, b) => a + b)
  let below = 0
  const last = probabilities.map((probability) => {
    below += probability
    return Math.round((below / total) * 4294967296) - 1
  })
  last[last.length - 1] = 4294967295
  return last
}
