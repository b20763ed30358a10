import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { airports, type Airport } from '../../../src/workloads/flights/airports.ts'
import { chosenAirports, createNetwork, NEVER } from '../../../src/workloads/flights/network.ts'
import { EUROPE_40 } from '../../../src/workloads/flights/schema.ts'

/** The haversine formula as textbooks print it. */
function textbookMinutes(a: Airport, b: Airport, speedKmh: number): number {
  const radians = Math.PI / 180
  const latitude = Math.sin(((b.latitudeDegrees - a.latitudeDegrees) * radians) / 2) ** 2
  const longitude = Math.sin(((b.longitudeDegrees - a.longitudeDegrees) * radians) / 2) ** 2
  const h = latitude + Math.cos(a.latitudeDegrees * radians) * Math.cos(b.latitudeDegrees * radians) * longitude
  return ((2 * 6371 * Math.asin(Math.sqrt(h))) / speedKmh) * 60
}

test('the fixture holds 3,274 airports, Nadi under NAN among them', () => {
  assert.equal(airports().size, 3274)
  assert.equal(airports().get('NAN')?.city, 'Nadi')
})

test('Dublin to London takes 34 minutes at 800 km/h', () => {
  // 449 km: 33.7 minutes, rounded up
  const network = createNetwork(chosenAirports(['DUB', 'LHR']), 800)
  assert.deepEqual([...network.minutes], [0, 34, 34, 0])
})

test('every flight of the default network is the textbook haversine, rounded up', () => {
  const list = chosenAirports([...EUROPE_40])
  const { size, minutes } = createNetwork(list, 800)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      assert.equal(minutes[a * size + b], a === b ? 0 : Math.ceil(textbookMinutes(list[a], list[b], 800)))
    }
  }
})

test('flights of any speed between any airports are the textbook haversine, rounded up, and more than a day is never', () => {
  const airport = fc.constantFrom(...airports().values())
  fc.assert(
    fc.property(airport, airport, fc.integer({ min: 1, max: 40_000 }), (a, b, speedKmh) => {
      const exact = textbookMinutes(a, b, speedKmh)
      fc.pre(Math.abs(exact - Math.round(exact)) > 1e-6 || exact === 0)
      const { minutes } = createNetwork([a, b], speedKmh)
      assert.equal(minutes[1], Math.min(Math.ceil(exact), NEVER))
    }),
    { numRuns: 2000 },
  )
})

test('a filter takes the airports of its countries and types, the first by code', () => {
  const chosen = chosenAirports({ countries: ['Ireland', 'Fiji'], types: ['large_airport', 'medium_airport'] })
  assert.ok(chosen.every(({ country }) => country === 'Ireland' || country === 'Fiji'))
  assert.ok(chosen.some(({ iata }) => iata === 'NAN'))
  const codes = chosen.map(({ iata }) => iata)
  assert.deepEqual(codes, codes.toSorted())
  assert.deepEqual(
    chosenAirports({ countries: ['Ireland', 'Fiji'], limit: 2 }).map(({ iata }) => iata),
    codes.slice(0, 2),
  )
  assert.ok(chosenAirports({ types: ['large_airport'] }).every(({ type }) => type === 'large_airport'))
  assert.equal(chosenAirports({}).length, 3274)
})
