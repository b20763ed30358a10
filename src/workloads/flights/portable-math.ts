/**
 * Elementary functions made of + - * / alone, which IEEE 754 and ECMAScript define to the last bit. `Math.exp`, `Math.sin`
 * and their kin are "implementation-approximated": another engine may differ in the last bit, and then so would a result's
 * bytes. Relative error below 1e-14 over the ranges named. For tables built once, not for inner loops.
 */

/** ln 2 in two parts; multiples of the first up to 2^20 are exact. */
const LN2_HIGH = 0.69314718036912381649
const LN2_LOW = 1.90821492927058770002e-10

/** e^x for |x| ≤ 700. */
export function exp(x: number): number {
  const halvings = Math.round(x / Math.LN2)
  const rest = x - halvings * LN2_HIGH - halvings * LN2_LOW
  let term = 1
  let sum = 1
  for (let n = 1; n <= 18; n++) {
    term *= rest / n
    sum += term
  }
  const step = halvings < 0 ? 0.5 : 2
  for (let n = Math.abs(halvings); n > 0; n--) sum *= step
  return sum
}

/** Natural logarithm of a normal double above 0. */
export function log(x: number): number {
  let mantissa = x
  let doublings = 0
  for (; mantissa > Math.SQRT2; mantissa /= 2) doublings++
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) doublings--
  // ln m = 2 atanh((m - 1) / (m + 1)), the argument at most 0.172
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let sum = 0
  for (let n = 25; n >= 1; n -= 2) sum = sum * square + 1 / n
  return doublings * LN2_HIGH + (doublings * LN2_LOW + 2 * ratio * sum)
}

/** Sine and cosine of an angle in radians, |angle| ≤ 2π. Absolute error below 4e-15. */
export function sinCos(angle: number): { sin: number; cos: number } {
  const eighth = angle / 8
  const square = eighth * eighth
  let sin = 0
  let oneLessCos = 0
  for (let n = 15; n >= 1; n -= 2) {
    sin = 1 - (square / ((n + 1) * (n + 2))) * sin
    oneLessCos = 1 - (square / ((n + 2) * (n + 3))) * oneLessCos
  }
  sin *= eighth
  oneLessCos *= square / 2
  for (let n = 0; n < 3; n++) {
    // 1 - cos 2x = 2 sin² x keeps small angles exact where cos itself would round them away
    const doubled = 2 * sin * (1 - oneLessCos)
    oneLessCos = 2 * sin * sin
    sin = doubled
  }
  return { sin, cos: 1 - oneLessCos }
}

/**
 * The normal distribution function for |z| ≤ 10: 1/2 + φ(z) (z + z³/3 + z⁵/15 + …).
 * Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11(4), 2004.
 */
export function normalCdf(z: number): number {
  let term = z
  let sum = z
  for (let n = 3; n < 400; n += 2) {
    term *= (z * z) / n
    sum += term
  }
  return 0.5 + (sum * exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
}
