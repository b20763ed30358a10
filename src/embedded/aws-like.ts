import { hash } from 'node:crypto'

/**
 * Seeded decisions to be as unkind as AWS may be. Each purpose (`sqs/deliver-twice`, …) has its own sequence, so that
 * what one service draws does not depend on how often another was asked.
 */
export interface AwsLike {
  /** True for about `share` (0-1) of the calls of this purpose. */
  chance(purpose: string, share: number): boolean
  /** A whole number, 0 to `below` - 1. */
  pick(purpose: string, below: number): number
}

/** The n-th draw of a purpose is a hash of seed, purpose and n. */
export function createAwsLike(seed: number): AwsLike {
  const drawn = new Map<string, number>()

  function unit(purpose: string): number {
    const number = drawn.get(purpose) ?? 0
    drawn.set(purpose, number + 1)
    return hash('sha256', `${seed}/${purpose}/${number}`, 'buffer').readUInt32BE() / 2 ** 32
  }

  return {
    chance: (purpose, share) => unit(purpose) < share,
    pick: (purpose, below) => Math.floor(unit(purpose) * below),
  }
}
