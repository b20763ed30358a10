import type { Airport } from './airports.ts'
import { airports } from './airports.ts'
import { sinCos } from './portable-math.ts'
import type { FlightsSettings } from './schema.ts'

const EARTH_RADIUS_KM = 6371
const DAY_MINUTES = 1440

/** A flight that takes longer than a day: its takeoff plus this is past every landing window. */
export const NEVER = DAY_MINUTES + 1

/** Airports and the flight times between them. Airports are numbered 0 … size - 1 in the order given. */
export interface Network {
  readonly airports: readonly Airport[]
  readonly size: number
  /** Whole minutes from airport a to b, at `a * size + b`; NEVER for more than a day. Symmetric. */
  readonly minutes: Uint16Array
}

/** The airports a scenario names, in its order; for a filter in that of their codes. */
export function chosenAirports(network: FlightsSettings['network']): readonly Airport[] {
  const known = airports()
  if (Array.isArray(network)) return network.map((iata) => known.get(iata)!)
  const { countries, types, limit } = network
  return [...known.values()]
    .filter(
      (airport) => (!countries || countries.includes(airport.country)) && (!types || types.includes(airport.type)),
    )
    .slice(0, limit)
}

/** All flight times between airports at a speed in km/h: the haversine distance, rounded up to a whole minute. */
export function createNetwork(list: readonly Airport[], speedKmh: number): Network {
  const size = list.length
  const minutes = new Uint16Array(size * size)
  const minutesFor = minutesByHaversine(speedKmh)
  const points = list.map(unitVector)
  for (const [a, from] of points.entries()) {
    for (let b = a + 1; b < size; b++) {
      const flight = minutesFor(haversine(from, points[b]))
      minutes[a * size + b] = flight
      minutes[b * size + a] = flight
    }
  }
  return { airports: list, size, minutes }
}

interface Vector {
  readonly x: number
  readonly y: number
  readonly z: number
}

function unitVector(airport: Airport): Vector {
  const latitude = sinCos((airport.latitudeDegrees * Math.PI) / 180)
  const longitude = sinCos((airport.longitudeDegrees * Math.PI) / 180)
  return { x: latitude.cos * longitude.cos, y: latitude.cos * longitude.sin, z: latitude.sin }
}

/** sin²(angle / 2) between two points: the square of half their chord, which is what the haversine formula spells in degrees. */
function haversine(a: Vector, b: Vector): number {
  const x = a.x - b.x
  const y = a.y - b.y
  const z = a.z - b.z
  return Math.min(1, (x * x + y * y + z * z) / 4)
}

/**
 * Answers the whole minutes for a haversine without an arc sine: the haversines reached after 0, 1, 2 … minutes are
 * tabulated, and a guide by their square roots says where to start looking.
 */
function minutesByHaversine(speedKmh: number): (haversine: number) => number {
  const reached = new Float64Array(NEVER + 1).fill(Infinity)
  for (let minute = 0; minute <= DAY_MINUTES; minute++) {
    const halfAngle = (minute * speedKmh) / 60 / EARTH_RADIUS_KM / 2
    if (halfAngle >= Math.PI / 2) break
    const { sin } = sinCos(halfAngle)
    reached[minute] = sin * sin
  }
  const cells = 4096
  const guide = new Uint16Array(cells + 1)
  for (let cell = 1, minute = 0; cell <= cells; cell++) {
    while (reached[minute] < (cell / cells) * (cell / cells)) minute++
    guide[cell] = minute
  }
  return (haversineReached) => {
    // one cell back: the square root may round up across a cell's edge
    let minute = guide[Math.max(0, Math.floor(Math.sqrt(haversineReached) * cells) - 1)]
    while (reached[minute] < haversineReached) minute++
    return minute
  }
}
