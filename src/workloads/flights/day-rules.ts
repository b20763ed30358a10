import { parseClock } from './clock-time.ts'
import type { FlightsSettings } from './schema.ts'

/** Both ends included, whole minutes. */
export interface MinuteRange {
  readonly from: number
  readonly to: number
}

/** What a day must keep to, in minutes since midnight at home. */
export interface DayRules {
  readonly legs: { readonly min: number; readonly max: number }
  readonly firstGateOpen: MinuteRange
  /** Gate open to takeoff. */
  readonly takeoffAfter: MinuteRange
  /** Landing to the next gate open. */
  readonly turnaround: MinuteRange
  readonly lastLanding: MinuteRange
}

export function dayRules(settings: FlightsSettings): DayRules {
  return {
    legs: settings.legs,
    firstGateOpen: { from: minutesOf(settings.firstGateOpen.from), to: minutesOf(settings.firstGateOpen.to) },
    takeoffAfter: { from: settings.takeoffAfterMinutes.min, to: settings.takeoffAfterMinutes.max },
    turnaround: { from: settings.turnaroundMinutes.min, to: settings.turnaroundMinutes.max },
    lastLanding: { from: minutesOf(settings.lastLanding.from), to: minutesOf(settings.lastLanding.before) - 1 },
  }
}

/** The flight time a day of so many legs must have in all, so that it lands home in time. May be empty (from > to). */
export function flightMinutesInAll(rules: DayRules, legs: number): MinuteRange {
  const longest = rules.firstGateOpen.to + legs * rules.takeoffAfter.to + (legs - 1) * rules.turnaround.to
  const shortest = rules.firstGateOpen.from + legs * rules.takeoffAfter.from + (legs - 1) * rules.turnaround.from
  return { from: Math.max(0, rules.lastLanding.from - longest), to: rules.lastLanding.to - shortest }
}

/** The leg counts the rules allow. */
export function legCounts(rules: DayRules): number[] {
  return Array.from({ length: rules.legs.max - rules.legs.min + 1 }, (_, index) => rules.legs.min + index)
}

function minutesOf(text: string): number {
  const minutes = parseClock(text)
  if (minutes === undefined) throw new TypeError(`${text} is no time of day`) // the schema lets none pass
  return minutes
}
