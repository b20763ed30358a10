import type { Fault } from '../../errors.ts'
import type { DayRules, MinuteRange } from './day-rules.ts'
import { flightMinutesInAll, legCounts } from './day-rules.ts'
import type { Network } from './network.ts'
import { NEVER } from './network.ts'

/** The shortest and the longest flight of at most a day, each with its two airports. */
interface Extremes {
  readonly near: Flight
  readonly far: Flight
}

interface Flight {
  readonly from: number
  readonly to: number
  readonly minutes: number
}

const extremesOf = new WeakMap<Network, Extremes>()

/**
 * False where no day from this home can have a flight time in all that the rules allow, judged by its own nearest and
 * farthest airports and the network's shortest and longest flights. True is only a perhaps.
 */
export function mayBeHome(network: Network, rules: DayRules, home: number): boolean {
  const { near, far } = extremes(network)
  const own = extremesFrom(network, home)
  return legCounts(rules).some((legs) => {
    const { from, to } = flightMinutesInAll(rules, legs)
    const least = 2 * own.near.minutes + (legs - 2) * near.minutes
    const most = 2 * Math.min(own.far.minutes, to) + (legs - 2) * Math.min(far.minutes, to)
    return least <= to && most >= from
  })
}

/** Why no valid day exists in a network in which none does. */
export function whyNoDay(network: Network, rules: DayRules): Fault[] {
  if (network.size < 2)
    return [fault(`a day needs at least 2 airports; this network has ${network.size}${namesOf(network)}`)]
  const { near, far } = extremes(network)
  const counts = legCounts(rules)
  const limits = counts.map((legs) => ({ legs, ...flightMinutesInAll(rules, legs) }))
  const possible = limits.filter(({ from, to }) => from <= to)
  if (possible.length === 0)
    return [{ path: 'flights.lastLanding', message: `no time for any flight: ${shortDay(rules)}` }]
  if (possible.every(({ legs, to }) => legs * near.minutes > to)) return [fault(tooFarApart(network, near, possible))]
  if (possible.every(({ legs, from }) => legs * far.minutes < from)) return [fault(tooClose(network, far, possible))]
  if (network.size === 2 && counts.every((legs) => legs % 2 === 1)) {
    return [
      fault(
        `too few airports: between 2 airports only an even number of legs leads home, and legs allows ${counts.join(', ')}; add an airport`,
      ),
    ]
  }
  const windows = possible.map(({ legs, from, to }) => `${legs} legs need ${from}-${to}`).join(', ')
  return [
    fault(
      `no way home has a flight time that fits: ${windows} minutes in the air in all; ` +
        `flights here take ${near.minutes} (${pair(network, near)}) to ${far.minutes} (${pair(network, far)}); ` +
        'add airports between these distances, or widen legs, lastLanding or turnaroundMinutes',
    ),
  ]
}

type Limit = MinuteRange & { readonly legs: number }

function tooFarApart(network: Network, near: Flight, limits: readonly Limit[]): string {
  const best = limits.reduce((a, b) => (b.to / b.legs > a.to / a.legs ? b : a))
  const flight = near.minutes >= NEVER ? 'more than a day' : `${near.minutes} minutes`
  return (
    `too far apart: even the shortest flight, ${pair(network, near)}, takes ${flight}, and a day of ${best.legs} legs ` +
    `leaves at most ${Math.floor(best.to / best.legs)} for each; add nearer airports, raise speedKmh or let lastLanding be later`
  )
}

function tooClose(network: Network, far: Flight, limits: readonly Limit[]): string {
  const best = limits.reduce((a, b) => (b.from / b.legs < a.from / a.legs ? b : a))
  return (
    `too close together: even the longest flight, ${pair(network, far)}, takes ${far.minutes} minutes, and a day of ${best.legs} legs ` +
    `needs at least ${Math.ceil(best.from / best.legs)} for each to land home late enough; add farther airports, raise legs.max or let lastLanding be earlier`
  )
}

function shortDay(rules: DayRules): string {
  const earliest =
    rules.firstGateOpen.from + rules.legs.min * rules.takeoffAfter.from + (rules.legs.min - 1) * rules.turnaround.from
  return (
    `${rules.legs.min} legs take at least ${earliest} minutes after midnight on the ground alone, and the last landing must be ` +
    `before minute ${rules.lastLanding.to + 1}; let lastLanding be later or shorten takeoffAfterMinutes, turnaroundMinutes or legs`
  )
}

function fault(message: string): Fault {
  return { path: 'flights.network', message }
}

function namesOf(network: Network): string {
  return network.airports.length === 0 ? '' : ` (${network.airports.map((airport) => airport.iata).join(', ')})`
}

function pair(network: Network, flight: Flight): string {
  return `${network.airports[flight.from].iata}-${network.airports[flight.to].iata}`
}

function extremes(network: Network): Extremes {
  let found = extremesOf.get(network)
  if (!found) {
    const each = network.airports.map((_, airport) => extremesFrom(network, airport))
    found = {
      near: each.map((own) => own.near).reduce((a, b) => (b.minutes < a.minutes ? b : a)),
      far: each.map((own) => own.far).reduce((a, b) => (b.minutes > a.minutes ? b : a)),
    }
    extremesOf.set(network, found)
  }
  return found
}

function extremesFrom(network: Network, from: number): Extremes {
  let near = { from, to: from, minutes: NEVER }
  let far = { from, to: from, minutes: 0 }
  for (let to = 0; to < network.size; to++) {
    const minutes = network.minutes[from * network.size + to]
    if (to === from) continue
    if (minutes < near.minutes || near.to === from) near = { from, to, minutes }
    if (minutes < NEVER && minutes >= far.minutes) far = { from, to, minutes }
  }
  return { near, far }
}
