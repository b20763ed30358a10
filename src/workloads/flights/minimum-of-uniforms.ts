import type { Stream } from '../../scenario/stream.ts'
import { exp, log } from './portable-math.ts'

/** Data values are whole numbers of this range, both ends included. */
export const LEAST_VALUE = 10_000
export const GREATEST_VALUE = 10_000_000_000
const VALUES = GREATEST_VALUE - LEAST_VALUE + 1

/** More rows than any delay model's; the longest departure has 153. */
const MOST_ROWS = 256
const CELLS = 256

/**
 * Fills `out` with draws of the minimum of so many uniform whole numbers, `durationMinutes[i] + 1` of them (1 … 256) for
 * `out[i]`. One number is at least j above the least with probability 1 - j / n, all of `rows` with its power; turned
 * around, j = floor(n (1 - u^(1 / rows))) for a uniform u of (0, 1], here of 53 bits.
 *
 * The power is 2^(log2(u) / rows) by tables of 256 cells and short polynomials of + and * alone, absolute error below
 * 1e-14: the same bits everywhere, and some ten times faster than Math.pow.
 */
export function drawMinima(random: Stream, durationMinutes: Int32Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const high = random.uint32()
    const low = random.uint32() >>> 11
    const exponent = minusLog2(high, low) * CELLS_PER_ROW[durationMinutes[i] + 1]
    const whole = exponent | 0
    const above = Math.floor(
      VALUES * (1 - POWERS_OF_TWO[whole >>> 8] * (POWERS[whole & 255] * powerOfCell(exponent - whole))),
    )
    out[i] = LEAST_VALUE + (above < VALUES ? above : VALUES - 1) // the product may round up to all of the values
  }
}

/** -log2((high 2^21 + low + 1) / 2^53), in 0 … 53, of 32 and 21 uniform bits. */
function minusLog2(high: number, low: number): number {
  const number = high * 2097152 + low + 1
  if (high < 512) return 53 - log(number) / Math.LN2 // once in 2^23 draws; the cell needs nine leading bits of `high`
  const zeros = Math.clz32(high)
  const mantissa = number * SCALES[zeros] // in 1 … 2
  const cell = ((high << zeros) >>> 23) & 255
  const x = mantissa * INVERSES[cell] - 1 // |x| ≤ 1 / 512
  const series = x * (L1 + x * (L2 + x * (L3 + x * (L4 + x * L5))))
  const found = zeros + 1 - (LOG2S[cell] + series)
  return found > 0 ? found : 0 // rounding may fall below 0 by a last bit where u is 1
}

/** 2^(-x / 256) for 0 ≤ x < 1. */
function powerOfCell(x: number): number {
  return 1 + x * (E1 + x * (E2 + x * (E3 + x * E4)))
}

const L1 = 1 / Math.LN2
const L2 = -L1 / 2
const L3 = L1 / 3
const L4 = -L1 / 4
const L5 = L1 / 5

const E1 = -Math.LN2 / CELLS
const E2 = (E1 * E1) / 2
const E3 = (E2 * E1) / 3
const E4 = (E3 * E1) / 4

const CELLS_PER_ROW = Float64Array.from({ length: MOST_ROWS + 1 }, (_, rows) => CELLS / rows)
const POWERS_OF_TWO = halvings(54)
/** 2^(zeros + 1 - 53) */
const SCALES = Float64Array.from({ length: 32 }, (_, zeros) => POWERS_OF_TWO[52 - zeros])
const POWERS = Float64Array.from({ length: CELLS }, (_, cell) => exp((-cell / CELLS) * Math.LN2))
const INVERSES = Float64Array.from({ length: CELLS }, (_, cell) => 1 / (1 + (cell + 0.5) / CELLS))
const LOG2S = INVERSES.map((inverse) => -log(inverse) / Math.LN2)

/** 2^-0 … 2^-(count - 1) */
function halvings(count: number): Float64Array {
  const powers = new Float64Array(count).fill(1)
  for (let n = 1; n < count; n++) powers[n] = powers[n - 1] / 2
  return powers
}
