import { z } from 'zod'
import { nearest } from '../../nearest.ts'
import { AIRPORT_TYPES, airports, type Airport } from './airports.ts'
import { parseClock } from './clock-time.ts'

/** Forty large European airports: what `network` is where a scenario names none. */
export const EUROPE_40: readonly string[] = (
  'LHR CDG AMS FRA MAD BCN MUC FCO IST LGW DUB ZRH CPH OSL ARN VIE LIS MAN ATH BRU ' +
  'HEL WAW PRG BUD DUS HAM BER GVA MXP ORY STN EDI PMI NCE LYS OPO AGP OTP KRK SOF'
).split(' ')

const iata = z.string().superRefine((code, context) => {
  if (!airports().has(code))
    context.addIssue({ code: 'custom', message: `is no known airport${suggestAirports(code)}` })
})

const country = z.string().superRefine((name, context) => {
  const countries = new Set([...airports().values()].map((airport) => airport.country))
  if (countries.has(name)) return
  const near = nearest(name, countries)
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
  context.addIssue({ code: 'custom', message: `is no country of fixtures/airports.csv (English names)${hint}` })
})

const codes = z
  .array(iata)
  .min(1)
  .max(4000)
  .superRefine((list, context) => {
    for (const [index, code] of list.entries()) {
      const first = list.indexOf(code)
      if (first < index)
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `${code} is already listed at ${first}; name each airport once`,
        })
    }
  })

const filter = z.strictObject({
  /** English names, as in fixtures/airports.csv; absent: all. */
  countries: z.array(country).min(1).optional(),
  /** Absent: both. */
  types: z.array(z.enum(AIRPORT_TYPES)).min(1).optional(),
  /** At most so many, the first by IATA code; absent: all. */
  limit: z.int().min(2).max(4000).optional(),
})

const clock = z.string().superRefine((text, context) => {
  if (parseClock(text) === undefined)
    context.addIssue({ code: 'custom', message: 'must be a time of day "00:00" … "24:00"' })
})

const range = (low: number, high: number, min: number, max: number) =>
  z
    .strictObject({ min: z.int().min(low).max(high).default(min), max: z.int().min(low).max(high).default(max) })
    .superRefine((value, context) => {
      if (value.min > value.max)
        context.addIssue({
          code: 'custom',
          path: ['min'],
          message: `must be at most max (${value.max}), got ${value.min}`,
          input: value.min,
        })
    })
    .prefault({})

const ordered = (early: string, late: string) => `${early} must be earlier than ${late}; a day ends before midnight`

/** The flights workload's part of a scenario, found there under `flights`. Times of day are on the home airport's clock. */
export const flightsSchema = z.strictObject({
  /** IATA codes, or a filter over fixtures/airports.csv. */
  network: z.union([codes, filter]).default(() => [...EUROPE_40]),
  /** Aircraft days; each gives 2-8 legs' jobs and one percentiles job. */
  sequences: z.int().min(1).max(1_000_000).default(200),
  /** Monte-Carlo draws per delay model and leg; a leg's file takes some 10-50 bytes per replication. */
  replications: z.int().min(1).max(10_000_000).default(50_000),
  legs: range(2, 24, 2, 8),
  firstGateOpen: z
    .strictObject({ from: clock.default('00:05'), to: clock.default('02:00') })
    .superRefine((value, context) => {
      const [from, to] = [parseClock(value.from), parseClock(value.to)]
      if (from !== undefined && to !== undefined && from > to)
        context.addIssue({
          code: 'custom',
          path: ['from'],
          message: `must not be later than to (${value.to}), got ${value.from}`,
          input: value.from,
        })
    })
    .prefault({}),
  /** Gate open to takeoff. */
  takeoffAfterMinutes: range(0, 720, 80, 110),
  /** Landing to the next gate open. */
  turnaroundMinutes: range(0, 720, 10, 40),
  /** At home: at or after `from`, before `before`. */
  lastLanding: z
    .strictObject({ from: clock.default('16:00'), before: clock.default('23:00') })
    .superRefine((value, context) => {
      const [from, before] = [parseClock(value.from), parseClock(value.before)]
      if (from !== undefined && before !== undefined && from >= before)
        context.addIssue({
          code: 'custom',
          path: ['from'],
          message: `${ordered('from', `before (${value.before})`)}, got ${value.from}`,
          input: value.from,
        })
    })
    .prefault({}),
  speedKmh: z.number().min(1).max(40_000).default(800),
  /** The part of a landing's duration that the timetable already holds; more is delay. */
  landingAllowanceMinutes: z.int().min(0).max(1440).default(16),
})

export type FlightsSettings = z.infer<typeof flightsSchema>
export type NetworkFilter = z.infer<typeof filter>

/** The airports that a wrong code may have meant: by ICAO code, by city, else by spelling, swapped letters and large ones first. */
function suggestAirports(code: string): string {
  const known = airports()
  const plain = code.trim().toUpperCase()
  const named = [...known.values()].filter((airport) => airport.icao === plain || airport.city.toUpperCase() === plain)
  const unlikeness = ({ iata: other, type }: Airport) =>
    (sortedLetters(other) === sortedLetters(plain) ? 0 : 2) + (type === 'large_airport' ? 0 : 1)
  const near =
    named.length > 0 ? named : nearest(plain, known.keys(), known.size).flatMap((name) => known.get(name) ?? [])
  const list = near.sort((a, b) => unlikeness(a) - unlikeness(b)).slice(0, 3)
  if (list.length === 0) return '; codes are three letters, see fixtures/airports.csv'
  return `; did you mean ${list.map((airport) => `${airport.iata} (${airport.city})`).join(' or ')}?`
}

function sortedLetters(code: string): string {
  return code.split('').sort().join('')
}
