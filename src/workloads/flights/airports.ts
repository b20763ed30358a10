import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

export const AIRPORT_TYPES = ['large_airport', 'medium_airport'] as const

/** An airport with scheduled service. */
export interface Airport {
  /** Three letters; unique. "NAN" is Nadi, not a missing value. */
  readonly iata: string
  /** Four letters, or empty. */
  readonly icao: string
  readonly city: string
  /** English name. */
  readonly country: string
  readonly latitudeDegrees: number
  readonly longitudeDegrees: number
  readonly type: (typeof AIRPORT_TYPES)[number]
}

let known: ReadonlyMap<string, Airport> | undefined

/** All 3,274 airports of `fixtures/airports.csv` (OurAirports, see SOURCES.md there), by IATA code in ascending order. Read once. */
export function airports(): ReadonlyMap<string, Airport> {
  known ??= readAirports(new URL('../../../fixtures/airports.csv', import.meta.url))
  return known
}

type Row = Record<'iata' | 'icao' | 'city' | 'country' | 'latitude_deg' | 'longitude_deg' | 'type', string>

function readAirports(file: URL): ReadonlyMap<string, Airport> {
  const rows: Row[] = parse(readFileSync(file), { columns: true })
  return new Map(rows.map((row) => [row.iata, toAirport(row)]))
}

function toAirport(row: Row): Airport {
  return {
    iata: row.iata,
    icao: row.icao,
    city: row.city,
    country: row.country,
    latitudeDegrees: Number(row.latitude_deg),
    longitudeDegrees: Number(row.longitude_deg),
    type: row.type === 'large_airport' ? 'large_airport' : 'medium_airport',
  }
}
