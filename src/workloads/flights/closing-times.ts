import type { DayRules } from './day-rules.ts'
import { legCounts } from './day-rules.ts'
import type { MinuteSet } from './minute-set.ts'
import { MinuteUnion, touches } from './minute-set.ts'
import type { Network } from './network.ts'

/** So many airports, and not more, are looked at as stops of a way home. Networks of at most this size are exact. */
export const STOPS_LOOKED_AT = 64

/**
 * From where and when a day that began at one home can still close: by dynamic programming backwards from the last
 * landing, once per home.
 *
 *     last landing window ──▶ takeoffs(1, any airport) ──▶ takeoffs(2, …) ──▶ … ──▶ takeoffs(legs, home)
 *
 * Exact in networks of up to 64 airports. In larger ones a way home may only stop at home itself, the 31 airports
 * nearest to it and 32 spread over all its distances. What it calls closable then always is; the rare day that could
 * close only by way of other airports is not found. Where a day may go is not limited by this: any airport of the
 * network from which such a way home exists is a candidate.
 */
export interface ClosingTimes {
  /** The leg counts for which a day from this home exists; none where it cannot be a home. */
  readonly legCounts: readonly number[]
  /** The takeoff minutes at an airport from which a day can still close with so many legs left, that takeoff's included. */
  takeoffs(legsLeft: number, airport: number): MinuteSet
  /** True where one of the takeoff minutes from … to does, at that airport. */
  canClose(legsLeft: number, airport: number, from: number, to: number): boolean
}

export function closingTimes(network: Network, rules: DayRules, home: number): ClosingTimes {
  const { size, minutes } = network
  const stops = stopsOf(network, home)
  const stopAt = new Int16Array(size).fill(-1)
  for (const [index, stop] of stops.entries()) stopAt[stop] = index
  const leastBetween = rules.turnaround.from + rules.takeoffAfter.from
  const mostBetween = rules.turnaround.to + rules.takeoffAfter.to
  // takeoffs of stop s with r legs left: bounds[starts[(r - 1) * stops.length + s]] … up to the next start
  const bounds: number[] = []
  const starts: number[] = [0]
  const union = new MinuteUnion()

  function compute(legsLeft: number, airport: number): MinuteSet {
    if (legsLeft === 1) {
      const flight = minutes[home * size + airport]
      if (airport !== home) union.add(rules.lastLanding.from - flight, rules.lastLanding.to - flight)
      return union.union()
    }
    for (const [index, stop] of stops.entries()) {
      if (stop === airport) continue
      const flight = minutes[stop * size + airport]
      const cell = (legsLeft - 2) * stops.length + index
      for (let i = starts[cell]; i < starts[cell + 1]; i += 2) {
        union.add(bounds[i] - mostBetween - flight, bounds[i + 1] - leastBetween - flight)
      }
    }
    return union.union()
  }

  for (let legsLeft = 1; legsLeft <= rules.legs.max; legsLeft++) {
    for (const stop of stops) {
      const set = compute(legsLeft, stop)
      for (let i = 0; i < set.length; i++) bounds.push(set[i])
      starts.push(bounds.length)
    }
  }

  function takeoffs(legsLeft: number, airport: number): MinuteSet {
    const index = stopAt[airport]
    if (index < 0) return compute(legsLeft, airport)
    const cell = (legsLeft - 1) * stops.length + index
    return bounds.slice(starts[cell], starts[cell + 1])
  }

  function canClose(legsLeft: number, airport: number, from: number, to: number): boolean {
    const index = stopAt[airport]
    if (index >= 0) return stopCanClose(legsLeft, index, from, to)
    // Times are symmetric: reading them by the stop's row keeps to a few rows that stay in the cache.
    const direct = minutes[home * size + airport]
    if (legsLeft === 1) return from + direct <= rules.lastLanding.to && to + direct >= rules.lastLanding.from
    // A detour is never shorter, also in whole minutes rounded up; this spares far airports the search.
    if (from + direct + (legsLeft - 1) * leastBetween > rules.lastLanding.to) return false
    for (let next = 0; next < stops.length; next++) {
      const flight = minutes[stops[next] * size + airport]
      if (stopCanClose(legsLeft - 1, next, from + flight + leastBetween, to + flight + mostBetween)) return true
    }
    return false
  }

  function stopCanClose(legsLeft: number, index: number, from: number, to: number): boolean {
    const cell = (legsLeft - 1) * stops.length + index
    return touches(bounds, from, to, starts[cell], starts[cell + 1])
  }

  const firstTakeoff = {
    from: rules.firstGateOpen.from + rules.takeoffAfter.from,
    to: rules.firstGateOpen.to + rules.takeoffAfter.to,
  }
  return {
    legCounts: legCounts(rules).filter((legs) => canClose(legs, home, firstTakeoff.from, firstTakeoff.to)),
    takeoffs,
    canClose,
  }
}

/** Home first. */
function stopsOf(network: Network, home: number): readonly number[] {
  const others = Array.from({ length: network.size }, (_, airport) => airport).filter((airport) => airport !== home)
  if (network.size <= STOPS_LOOKED_AT) return [home, ...others]
  const flight = (airport: number) => network.minutes[home * network.size + airport]
  const byDistance = others.sort((a, b) => flight(a) - flight(b) || a - b)
  const near = byDistance.slice(0, STOPS_LOOKED_AT / 2 - 1)
  const rest = byDistance.slice(near.length)
  const spread = Array.from(
    { length: STOPS_LOOKED_AT / 2 },
    (_, index) => rest[Math.floor(((index + 0.5) * rest.length) / (STOPS_LOOKED_AT / 2))],
  )
  return [home, ...near, ...spread]
}
