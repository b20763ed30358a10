import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'
import { EUROPE_40, flightsSchema } from '../../../src/workloads/flights/schema.ts'
import { settingsOf } from './settings.ts'

function faults(part: unknown): Record<string, string> {
  const parsed = flightsSchema.safeParse(part, REPORT_INPUT)
  assert.ok(!parsed.success, 'the settings were accepted')
  return Object.fromEntries(faultsOf(parsed.error, flightsSchema).map(({ path, message }) => [path, message]))
}

test('what is left out is filled in with the rules of flights.md', () => {
  assert.deepEqual(settingsOf(), {
    network: EUROPE_40,
    sequences: 200,
    replications: 50_000,
    legs: { min: 2, max: 8 },
    firstGateOpen: { from: '00:05', to: '02:00' },
    takeoffAfterMinutes: { min: 80, max: 110 },
    turnaroundMinutes: { min: 10, max: 40 },
    lastLanding: { from: '16:00', before: '23:00' },
    speedKmh: 800,
    landingAllowanceMinutes: 16,
  })
  assert.deepEqual(settingsOf({ legs: { max: 5 } }).legs, { min: 2, max: 5 })
})

test('resolved settings resolve to themselves', () => {
  assert.deepEqual(flightsSchema.parse(settingsOf()), settingsOf())
})

test('an unknown airport is named with its place and the codes it may have meant', () => {
  const found = faults({ network: ['LHR', 'DBU', 'EGLL', 'dublin', 'Q?!'] })
  assert.match(
    found['network.1'],
    /"DBU".*is no known airport; did you mean DUB \(Dublin\)|is no known airport; did you mean DUB \(Dublin\).*"DBU"/,
  )
  assert.match(found['network.2'], /did you mean LHR \(London\)\?/)
  assert.match(found['network.3'], /did you mean DUB \(Dublin\)/)
  assert.match(found['network.4'], /is no known airport; codes are three letters/)
})

test('an airport listed twice and a country misspelt are faults', () => {
  assert.match(faults({ network: ['LHR', 'DUB', 'LHR'] })['network.2'], /LHR is already listed at 0/)
  assert.match(faults({ network: { countries: ['Germny'] } })['network.countries.0'], /did you mean Germany/)
  assert.match(faults({ network: { types: ['heliport'] } })['network.types.0'], /large_airport, medium_airport/)
})

test('sizes outside their limits are faults with value and limit', () => {
  assert.match(faults({ replications: 20_000_000 })['replications'], /1 … 10,000,000, got 20000000/)
  for (const wrong of [0, -5, 1.5, 1_000_001, '200', null]) {
    assert.match(faults({ sequences: wrong })['sequences'], /must be a whole number 1 … 1,000,000, got/)
  }
})

test('ranges that run backwards are faults', () => {
  assert.match(faults({ legs: { min: 6, max: 3 } })['legs.min'], /must be at most max \(3\), got 6/)
  assert.match(
    faults({ turnaroundMinutes: { min: 50 } })['turnaroundMinutes.min'],
    /must be at most max \(40\), got 50/,
  )
  assert.match(
    faults({ firstGateOpen: { from: '03:00' } })['firstGateOpen.from'],
    /not be later than to \(02:00\), got 03:00/,
  )
  assert.match(faults({ lastLanding: { from: '23:00' } })['lastLanding.from'], /earlier than before \(23:00\)/)
  assert.match(faults({ lastLanding: { before: '25:00' } })['lastLanding.before'], /"00:00" … "24:00", got "25:00"/)
})

test('all faults are found at once, unknown settings among them', () => {
  const found = faults({ sequence: 3, replications: 0, legs: { min: 1 }, network: ['XQX', 'LHR'] })
  assert.deepEqual(Object.keys(found).toSorted(), ['legs.min', 'network.0', 'replications', 'sequence'])
  assert.match(found['sequence'], /did you mean sequences/)
})
