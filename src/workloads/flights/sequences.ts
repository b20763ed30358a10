import { InvalidInputError } from '../../errors.ts'
import type { Stream } from '../../scenario/stream.ts'
import { stream } from '../../scenario/stream.ts'
import { closingTimes, type ClosingTimes } from './closing-times.ts'
import type { DayRules } from './day-rules.ts'
import { mayBeHome, whyNoDay } from './impossible-day.ts'
import { minutesReaching } from './minute-set.ts'
import type { Network } from './network.ts'

/** One leg of a day. Times are whole minutes since midnight at home; airports are numbers of the network. */
export interface Leg {
  readonly origin: number
  readonly destination: number
  readonly gateOpen: number
  readonly takeoff: number
  readonly landing: number
}

/** One aircraft's day. */
export interface Sequence {
  readonly sequenceId: number
  readonly home: number
  readonly legs: readonly Leg[]
}

/**
 * Answers the function that draws day number `sequenceId` (any positive integer) of a run seed, always the same one.
 *
 * Drawn in this order, each uniformly over what is left once everything from which the day cannot close any more is
 * taken away, so that no day is ever thrown away: home; leg count; first gate open; then for each leg takeoff,
 * destination and, before the next leg, gate open.
 *
 * Throws InvalidInputError, which says why, where no day exists.
 */
export function sequenceDrawer(network: Network, rules: DayRules, seed: number): (sequenceId: number) => Sequence {
  const closings = new Map<number, ClosingTimes | undefined>()

  /** Undefined where the airport cannot be a home. */
  function closingOf(home: number): ClosingTimes | undefined {
    if (!closings.has(home)) closings.set(home, closingIfHome(network, rules, home))
    return closings.get(home)
  }

  if (!network.airports.some((_, airport) => closingOf(airport))) {
    throw new InvalidInputError('No valid day exists in this network', whyNoDay(network, rules))
  }

  return (sequenceId) => {
    const random = stream(seed, 'sequence', sequenceId)
    for (;;) {
      // Uniform over the homes, without asking of every airport whether it can be one. Some can: checked above.
      const home = random.integer(0, network.size - 1)
      const closing = closingOf(home)
      if (closing) return { sequenceId, home, legs: drawLegs(network, rules, closing, home, random) }
    }
  }
}

function closingIfHome(network: Network, rules: DayRules, home: number): ClosingTimes | undefined {
  if (!mayBeHome(network, rules, home)) return undefined
  const closing = closingTimes(network, rules, home)
  return closing.legCounts.length > 0 ? closing : undefined
}

function drawLegs(network: Network, rules: DayRules, closing: ClosingTimes, home: number, random: Stream): Leg[] {
  const { takeoffAfter, turnaround } = rules
  const count = pick(closing.legCounts, random)
  const legs: Leg[] = []
  let origin = home
  let gateOpens = rules.firstGateOpen
  for (let legsLeft = count; legsLeft >= 1; legsLeft--) {
    const takeoffs = closing.takeoffs(legsLeft, origin)
    const gateOpen = pick(
      minutesReaching(takeoffs, gateOpens.from, gateOpens.to, takeoffAfter.from, takeoffAfter.to),
      random,
    )
    const takeoff = pick(
      minutesReaching(takeoffs, gateOpen + takeoffAfter.from, gateOpen + takeoffAfter.to, 0, 0),
      random,
    )
    const destination =
      legsLeft === 1 ? home : pick(destinations(network, rules, closing, origin, takeoff, legsLeft - 1), random)
    const landing = takeoff + network.minutes[origin * network.size + destination]
    legs.push({ origin, destination, gateOpen, takeoff, landing })
    origin = destination
    gateOpens = { from: landing + turnaround.from, to: landing + turnaround.to }
  }
  return legs
}

/** The airports from which the day can still close, with `legsAfter` legs left there. */
function destinations(
  network: Network,
  rules: DayRules,
  closing: ClosingTimes,
  origin: number,
  takeoff: number,
  legsAfter: number,
): number[] {
  const from = takeoff + rules.turnaround.from + rules.takeoffAfter.from
  const to = takeoff + rules.turnaround.to + rules.takeoffAfter.to
  const found: number[] = []
  for (let airport = 0; airport < network.size; airport++) {
    if (airport === origin) continue
    const flight = network.minutes[origin * network.size + airport]
    if (closing.canClose(legsAfter, airport, from + flight, to + flight)) found.push(airport)
  }
  return found
}

function pick(candidates: readonly number[], random: Stream): number {
  return candidates[random.integer(0, candidates.length - 1)]
}
