import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { InvalidInputError } from '../../../src/errors.ts'
import { airports } from '../../../src/workloads/flights/airports.ts'
import { closingTimes } from '../../../src/workloads/flights/closing-times.ts'
import { dayRules, flightMinutesInAll, legCounts, type DayRules } from '../../../src/workloads/flights/day-rules.ts'
import { chosenAirports, createNetwork, type Network } from '../../../src/workloads/flights/network.ts'
import { sequenceDrawer, type Sequence } from '../../../src/workloads/flights/sequences.ts'
import { settingsOf } from './settings.ts'

function networkOf(part: Parameters<typeof settingsOf>[0] = {}): { network: Network; rules: DayRules } {
  const settings = settingsOf(part)
  return { network: createNetwork(chosenAirports(settings.network), settings.speedKmh), rules: dayRules(settings) }
}

function assertWithin(value: number, { from, to }: { from: number; to: number }, what: string): void {
  assert.ok(Number.isInteger(value) && value >= from && value <= to, `${what}: ${value} is not in ${from} … ${to}`)
}

/** Every rule of flights.md, by its own arithmetic. */
function assertValidDay({ legs, home }: Sequence, { size, minutes }: Network, rules: DayRules): void {
  assertWithin(legs.length, { from: rules.legs.min, to: rules.legs.max }, 'legs')
  assertWithin(legs[0].gateOpen, rules.firstGateOpen, 'first gate open')
  assert.equal(legs[0].origin, home)
  assert.equal(legs.at(-1)?.destination, home)
  assertWithin(legs.at(-1)!.landing, rules.lastLanding, 'last landing')
  for (const [index, leg] of legs.entries()) {
    assert.notEqual(leg.origin, leg.destination)
    assertWithin(leg.takeoff - leg.gateOpen, rules.takeoffAfter, 'takeoff after gate open')
    assert.equal(leg.landing - leg.takeoff, minutes[leg.origin * size + leg.destination])
    if (index === 0) continue
    assert.equal(leg.origin, legs[index - 1].destination)
    assertWithin(leg.gateOpen - legs[index - 1].landing, rules.turnaround, 'turnaround')
  }
}

const range = (low: number, high: number) =>
  fc
    .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))

/** Rules of every width, down to a single minute. */
const anyRules: fc.Arbitrary<DayRules> = fc.record({
  legs: range(2, 8).map(({ from, to }) => ({ min: from, max: to })),
  firstGateOpen: range(0, 300),
  takeoffAfter: range(0, 150),
  turnaround: range(0, 90),
  lastLanding: range(400, 1439),
})

const manyAirports = [...airports().values()].filter((airport) => airport.type === 'large_airport')
const anyNetwork = (most: number) =>
  fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...manyAirports), { minLength: 2, maxLength: most }),
      fc.integer({ min: 300, max: 9000 }),
    )
    .map(([list, speedKmh]) => createNetwork(list, speedKmh))

test('every one of 10,000 days of the default network keeps every rule', () => {
  const { network, rules } = networkOf()
  const draw = sequenceDrawer(network, rules, 1)
  for (let id = 1; id <= 10_000; id++) assertValidDay(draw(id), network, rules)
})

test('days of random networks under random rules keep every rule, or there is none and the error says why', () => {
  let drawn = 0
  fc.assert(
    fc.property(anyNetwork(12), anyRules, fc.integer({ min: 0 }), (network, rules, seed) => {
      let draw: (id: number) => Sequence
      try {
        draw = sequenceDrawer(network, rules, seed)
      } catch (error) {
        assert.ok(error instanceof InvalidInputError)
        assert.ok(error.faults.length > 0 && error.faults[0].message.length > 20)
        return
      }
      for (let id = 1; id <= 20; id++, drawn++) assertValidDay(draw(id), network, rules)
    }),
    { numRuns: 600 },
  )
  assert.ok(drawn > 4000, `only ${drawn} days were drawn`)
})

/** Whether a closed walk of so many legs exists whose flights take from … to in all: by trying every one. */
function someWalk(network: Network, home: number, legs: number, { from, to }: { from: number; to: number }): boolean {
  const tryFrom = (at: number, left: number, flown: number): boolean => {
    if (left === 0) return at === home && flown >= from && flown <= to
    return network.airports.some(
      (_, next) => next !== at && tryFrom(next, left - 1, flown + network.minutes[at * network.size + next]),
    )
  }
  return tryFrom(home, legs, 0)
}

test('a home has exactly the leg counts for which trying every route finds a day', () => {
  const fewLegs = anyRules.map((rules) => ({ ...rules, legs: { min: 2, max: 5 } }))
  let possible = 0
  let impossible = 0
  fc.assert(
    fc.property(anyNetwork(4), fewLegs, (network, rules) => {
      const expected = legCounts(rules).filter((legs) => someWalk(network, 0, legs, flightMinutesInAll(rules, legs)))
      assert.deepEqual(closingTimes(network, rules, 0).legCounts, expected)
      possible += expected.length
      impossible += 4 - expected.length
    }),
    { numRuns: 1500 },
  )
  assert.ok(possible > 200 && impossible > 200, `${possible} possible, ${impossible} impossible`)
})

test('in a network of 1,159 airports days keep every rule and go everywhere', () => {
  const { network, rules } = networkOf({ network: { types: ['large_airport'] } })
  const draw = sequenceDrawer(network, rules, 5)
  const visited = new Set<number>()
  for (let id = 1; id <= 300; id++) {
    const sequence = draw(id)
    assertValidDay(sequence, network, rules)
    for (const leg of sequence.legs) visited.add(leg.destination)
  }
  assert.ok(visited.size > 500, `${visited.size} airports visited`)
})

test('homes, leg counts, first gate openings and takeoffs of the first leg are uniform where nothing stands against it', () => {
  const { network, rules } = networkOf()
  const draw = sequenceDrawer(network, rules, 11)
  const days = Array.from({ length: 20_000 }, (_, index) => draw(index + 1))
  // χ² at its 1 - 1e-6 quantile, by Wilson and Hilferty's approximation (4.75 standard deviations)
  const bound = (cells: number) =>
    (cells - 1) * (1 - 2 / (9 * (cells - 1)) + 4.75 * Math.sqrt(2 / (9 * (cells - 1)))) ** 3
  const assertUniform = (values: readonly number[], cells: number) => {
    const counts = new Map<number, number>()
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
    assert.equal(counts.size, cells)
    const expected = values.length / cells
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    assert.ok(chiSquare < bound(cells), `χ² ${chiSquare} over ${cells} cells`)
  }
  const legCountsOf = network.airports.map((_, airport) => closingTimes(network, rules, airport).legCounts)
  assertUniform(
    days.map(({ home }) => home),
    legCountsOf.filter((counts) => counts.length > 0).length,
  )
  const usual = days.filter(({ home }) => legCountsOf[home].join() === '3,4,5,6,7,8')
  assertUniform(
    usual.map(({ legs }) => legs.length),
    6,
  )
  const six = days.filter(({ legs }) => legs.length === 6)
  assertUniform(
    six.map(({ legs }) => legs[0].gateOpen),
    116,
  )
  assertUniform(
    six.map(({ legs }) => legs[0].takeoff - legs[0].gateOpen),
    31,
  )
})

test('the same seed draws the same day whatever was drawn before, another seed another', () => {
  const { network, rules } = networkOf()
  const first = sequenceDrawer(network, rules, 1)(777)
  const draw = sequenceDrawer(network, rules, 1)
  for (let id = 1; id < 50; id++) draw(id)
  assert.deepEqual(draw(777), first)
  assert.notDeepEqual(sequenceDrawer(network, rules, 2)(777), first)
})

test('the draws are those of generator version 1', () => {
  const { network, rules } = networkOf()
  const draw = sequenceDrawer(network, rules, 1)
  const days = JSON.stringify(Array.from({ length: 200 }, (_, index) => draw(index + 1)))
  assert.equal(
    createHash('sha256').update(days).digest('hex'),
    'f28ed12a2778bbecd51e68f81161c8859e4cddcc70769c38af34f51360b0faa5',
  )
})

test('a network without a valid day says why', () => {
  const why = (part: Parameters<typeof settingsOf>[0]) => {
    const { network, rules } = networkOf(part)
    try {
      sequenceDrawer(network, rules, 1)
    } catch (error) {
      assert.ok(error instanceof InvalidInputError)
      assert.equal(error.exitCode, 104)
      return error.message
    }
    return assert.fail('a day was found')
  }
  assert.match(why({ network: ['LHR'] }), /needs at least 2 airports; this network has 1 \(LHR\)/)
  assert.match(
    why({ network: ['LHR', 'SYD'] }),
    /too far apart: even the shortest flight, LHR-SYD, takes 1277 minutes.*at most 602 for each/,
  )
  assert.match(
    why({ network: ['LHR', 'LGW', 'STN'], legs: { max: 2 } }),
    /too close together: even the longest flight, LGW-STN.*at least 290 for each/,
  )
  assert.match(
    why({ network: ['LHR', 'IST'], legs: { min: 3, max: 3 } }),
    /too few airports: between 2 airports only an even number of legs/,
  )
  assert.match(
    why({ network: ['LHR', 'IST'], legs: { min: 24, max: 24 } }),
    /no time for any flight: 24 legs take at least/,
  )
  assert.match(
    why({ network: ['LHR', 'CDG', 'SYD'], legs: { max: 2 } }),
    /no way home has a flight time that fits: 2 legs need 580-1204/,
  )
  assert.match(why({ network: {}, legs: { max: 2 }, speedKmh: 40_000 }), /too close together/)
  assert.match(why({ network: {}, lastLanding: { from: '01:00', before: '02:00' } }), /no time for any flight/)
})
