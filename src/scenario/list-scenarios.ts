import { InvalidInputError } from '../errors.ts'
import { findScenarios } from './find-scenario.ts'
import { loadScenario } from './load-scenario.ts'

/** What can be run by name: a scenario, or a file of that name that cannot be run and why. */
export type ScenarioListing = { readonly name: string; readonly source: string } & (
  | { readonly state: 'ready'; readonly workload: string; readonly description: string }
  | { readonly state: 'faulty'; readonly reason: string }
)

/** The project's scenarios, then those shipped that it does not hide. A faulty file is listed, it does not hide the others. */
export async function listScenarios({ folder = 'scenarios' }: { readonly folder?: string } = {}): Promise<
  ScenarioListing[]
> {
  const files = await findScenarios(folder)
  return Promise.all(
    files.map(async ({ name, path }): Promise<ScenarioListing> => {
      try {
        const { workload, description } = await loadScenario(path)
        return { name, source: path, state: 'ready', workload, description }
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error
        return { name, source: path, state: 'faulty', reason: error.message }
      }
    }),
  )
}
