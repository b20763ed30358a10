/** What scenario modules import as `turnaround/scenario`: types, and one function that costs nothing. */
export { defineScenario, type ScenarioDocument } from './define-scenario.ts'
