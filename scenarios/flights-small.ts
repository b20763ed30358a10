import { defineScenario } from '../src/scenario/define-scenario.ts'

/** A few seconds' worth of the default scenario, to see everything work. */
export default defineScenario({
  name: 'flights-small',
  description: '10 aircraft days with 2,000 replications: a few seconds',
  workload: 'flights',
  seed: 1,
  flights: { sequences: 10, replications: 2000 },
})
