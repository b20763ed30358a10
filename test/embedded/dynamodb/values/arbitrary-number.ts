import fc from 'fast-check'
import { canonicalNumber } from '../../../../src/embedded/dynamodb/values/numbers.ts'

/** A whole number times a power of ten: the value, exactly, and a text that stands for it. */
export interface Exact {
  readonly digits: bigint
  readonly power: number
  readonly text: string
}

/** Numbers in DynamoDB's range with up to `most` digits, written in one of the ways a client may write them. */
export function exactNumber(most = 38): fc.Arbitrary<Exact> {
  return fc
    .record({
      digits: fc.bigInt(-(10n ** BigInt(most)) + 1n, 10n ** BigInt(most) - 1n),
      power: fc.integer({ min: -128, max: 125 - most }),
      notation: fc.constantFrom('exponent', 'plain'),
    })
    .map(({ digits, power, notation }) => ({
      digits,
      power,
      text: notation === 'exponent' ? `${String(digits)}E${String(power)}` : plain(digits, power),
    }))
}

export const canonical: fc.Arbitrary<string> = exactNumber().map(({ text }) => canonicalNumber(text))

/** By whole numbers alone: negative, zero or positive. */
export function compareExactly(a: Exact, b: Exact): number {
  const scale = Math.min(a.power, b.power)
  const [x, y] = [a, b].map(({ digits, power }) => digits * 10n ** BigInt(power - scale))
  return x < y ? -1 : x > y ? 1 : 0
}

function plain(digits: bigint, power: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = String(digits < 0n ? -digits : digits)
  if (power >= 0) return `${sign}${text}${'0'.repeat(power)}`
  const padded = text.padStart(1 - power, '0')
  return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`
}
