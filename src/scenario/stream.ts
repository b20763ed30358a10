import { createHash } from 'node:crypto'

/** A reproducible source of random numbers. Not for secrets. */
export interface Stream {
  /** A uniform integer in 0 … 2^32 - 1. */
  uint32(): number
  /** A uniform double in [0, 1) with 53 random bits. */
  float64(): number
  /** A uniform integer in low … high, both included. The range holds at most 2^32 values. */
  integer(low: number, high: number): number
}

/**
 * The stream of one run seed for one purpose, named by what it is for and never by who draws it
 * (`stream(seed, 'departure', 'LHR')`), so that results do not depend on workers, their order or retries.
 *
 * xoshiro128++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its state the first
 * 128 bits of the SHA-256 of the names. Only 32-bit integer arithmetic: the same numbers on every machine.
 */
export function stream(seed: number, ...purpose: readonly (string | number)[]): Stream {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...purpose]))
    .digest()
  let s0 = digest.readInt32LE(0)
  let s1 = digest.readInt32LE(4)
  let s2 = digest.readInt32LE(8)
  let s3 = digest.readInt32LE(12) | 1 // an all-zero state would stay zero

  function uint32(): number {
    const sum = (s0 + s3) | 0
    const result = ((((sum << 7) | (sum >>> 25)) + s0) | 0) >>> 0
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
    return result
  }

  function float64(): number {
    const high = uint32() >>> 5
    const low = uint32() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  function integer(low: number, high: number): number {
    const size = high - low + 1
    // Rejection keeps every value equally likely (Lemire's bound, without the multiplication).
    const limit = 4294967296 - (4294967296 % size)
    let drawn = uint32()
    while (drawn >= limit) drawn = uint32()
    return low + (drawn % size)
  }

  return { uint32, float64, integer }
}
