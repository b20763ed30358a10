import type { Stream } from '../../scenario/stream.ts'
import { drawExponential } from './exponential.ts'
import type { Arrivals } from './schedule.ts'
import { assertShard } from './share.ts'

/** A rate over time, in pieces that are straight lines. Whole numbers, so that arrivals can be counted exactly. */
export interface RateProfile {
  readonly timeUnitUs: number
  readonly pieces: readonly RatePiece[]
}

/** Arrivals per time unit at the beginning and at the end; whole microseconds. */
export interface RatePiece {
  readonly durationUs: number
  readonly fromRate: number
  readonly toRate: number
}

interface Stretch extends RatePiece {
  readonly startUs: number
  /** Arrivals before it: their whole number, and the share of the next one that is already due. */
  readonly wholeBefore: number
  readonly restBefore: number
  /** Whole arrivals until its end. */
  readonly wholeUntil: number
}

/** The mean number of arrivals: the area below the profile. */
export function areaOf({ pieces, timeUnitUs }: RateProfile): number {
  return (
    pieces.reduce((area, { durationUs, fromRate, toRate }) => area + (durationUs * (fromRate + toRate)) / 2, 0) /
    timeUnitUs
  )
}

export function durationUsOf({ pieces }: RateProfile): number {
  return pieces.reduce((sum, { durationUs }) => sum + durationUs, 0)
}

/**
 * Evenly spaced arrivals as k6 spaces them: where the area below the profile reaches a whole number. `from` 0 begins with an
 * arrival at the very start (constant-arrival-rate), 1 with the first whole one (ramping-arrival-rate).
 */
export function evenArrivals(profile: RateProfile, from: 0 | 1, shard: number, shards: number): Arrivals {
  assertShard(shard, shards)
  const stretches = stretchesOf(profile)
  const total = countEven(profile, from)
  let at = 0
  let index = shard - shards
  return {
    next() {
      index += shards
      if (index >= total) return -1
      const wanted = index + from
      while (stretches[at].wholeUntil < wanted) at++
      const stretch = stretches[at]
      return timeUs(stretch, wanted - stretch.wholeBefore - stretch.restBefore, profile.timeUnitUs)
    },
    get index() {
      return index
    },
  }
}

/** How many `evenArrivals` makes. */
export function countEven(profile: RateProfile, from: 0 | 1): number {
  const { doubled, unit } = doubledArea(profile, profile.pieces.length)
  // From 0 those before the end count, the one that would fall upon it does not.
  return Number(from === 1 ? doubled / unit : (doubled + unit - 1n) / unit)
}

/** Arrivals of a Poisson process whose rate follows the profile. Every shard draws all of them and keeps its own. */
export function poissonArrivals(profile: RateProfile, random: Stream, shard: number, shards: number): Arrivals {
  assertShard(shard, shards)
  const stretches = stretchesOf(profile)
  const { timeUnitUs } = profile
  let at = 0
  let area = 0
  let drawn = -1
  let index = -1

  function nextOfAll(): number {
    area += drawExponential(random)
    drawn += 1
    for (; at < stretches.length; at++) {
      const stretch = stretches[at]
      const { durationUs, fromRate, toRate, wholeBefore, restBefore } = stretch
      const inside = area - wholeBefore - restBefore
      if (inside <= (durationUs * (fromRate + toRate)) / (2 * timeUnitUs)) return timeUs(stretch, inside, timeUnitUs)
    }
    return -1
  }

  return {
    next() {
      let us = nextOfAll()
      while (us >= 0 && drawn % shards !== shard) us = nextOfAll()
      index = drawn
      return us
    },
    get index() {
      return index
    },
  }
}

/** When the area below one stretch reaches `area`: the root of a quadratic, in the form that loses no digits. */
function timeUs({ startUs, durationUs, fromRate, toRate }: Stretch, area: number, timeUnitUs: number): number {
  const reached = 2 * Math.max(area, 0) * timeUnitUs
  const change = (toRate - fromRate) / Math.max(durationUs, 1)
  const divisor = fromRate + Math.sqrt(Math.max(fromRate * fromRate + change * reached, 0))
  const inside = divisor === 0 ? 0 : reached / divisor
  return startUs + Math.min(Math.floor(inside), durationUs)
}

function stretchesOf(profile: RateProfile): Stretch[] {
  let startUs = 0
  return profile.pieces.map((piece, at) => {
    const before = doubledArea(profile, at)
    const until = doubledArea(profile, at + 1)
    const stretch = {
      ...piece,
      startUs,
      wholeBefore: Number(before.doubled / before.unit),
      restBefore: Number(before.doubled % before.unit) / Number(before.unit),
      wholeUntil: Number(until.doubled / until.unit),
    }
    startUs += piece.durationUs
    return stretch
  })
}

/** Twice the area below the first pieces, and twice one arrival: whole numbers that outgrow a double. */
function doubledArea({ pieces, timeUnitUs }: RateProfile, count: number): { doubled: bigint; unit: bigint } {
  let doubled = 0n
  for (const { durationUs, fromRate, toRate } of pieces.slice(0, count)) {
    doubled += BigInt(durationUs) * BigInt(fromRate + toRate)
  }
  return { doubled, unit: 2n * BigInt(timeUnitUs) }
}
