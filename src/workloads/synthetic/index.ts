import type { Workload } from '../workload.ts'
import { expectSynthetic } from './expect.ts'
import { planSynthetic } from './plan.ts'
import { processSynthetic } from './process.ts'
import { syntheticSchema, type SyntheticSettings } from './schema.ts'
import { summarizeSynthetic } from './summarize.ts'

/** Jobs that sleep and write: what the path of a job costs, apart from what the job does. */
export const synthetic: Workload<SyntheticSettings> = {
  name: 'synthetic',
  schema: syntheticSchema,
  deterministic: true,
  redelivery: 'retry',
  generatorVersion: 1,
  resultPrefixes: ['output/'],
  plan: planSynthetic,
  expect: expectSynthetic,
  process: processSynthetic,
  summarize: (settings) => Promise.resolve(summarizeSynthetic(settings)),
}
