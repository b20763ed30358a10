/** What scenario modules import as `turnaround/scenario`: types, and functions that cost nothing. */
export { defineScenario, type ScenarioDocument } from './define-scenario.ts'
export { journey, type Journey, type JourneyContext, type JourneyRequest } from '../workloads/http/define-journey.ts'
