import { DELAYS_PREFIX, MERGED_PREFIX, PERCENTILES_PREFIX } from '../../results/layout.ts'
import type { Workload } from '../workload.ts'
import { expectFlights } from './expect.ts'
import { planFlights } from './plan.ts'
import { processFlights } from './process.ts'
import { flightsSchema, type FlightsSettings } from './schema.ts'
import { summarizeFlights } from './summarize.ts'

/** Aircraft days: delays handed from leg to leg, Monte-Carlo, percentiles per aircraft. */
export const flights: Workload<FlightsSettings> = {
  name: 'flights',
  schema: flightsSchema,
  deterministic: true,
  redelivery: 'retry',
  generatorVersion: 1,
  resultPrefixes: [DELAYS_PREFIX, PERCENTILES_PREFIX, MERGED_PREFIX],
  metrics: { delays: true },
  plan: planFlights,
  expect: expectFlights,
  process: processFlights,
  summarize: summarizeFlights,
}
