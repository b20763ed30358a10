import { z } from 'zod'
import { flightsSchema, type FlightsSettings } from '../../../src/workloads/flights/schema.ts'

/** Settings with defaults for what is left out. */
export function settingsOf(part: z.input<typeof flightsSchema> = {}): FlightsSettings {
  return flightsSchema.parse(part)
}
