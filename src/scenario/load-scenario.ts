import { findScenario } from './find-scenario.ts'
import { parseScenario, type Overrides, type Scenario } from './parse-scenario.ts'
import { readDocument } from './read-document.ts'

export type { Scenario } from './parse-scenario.ts'

export interface LoadOptions extends Overrides {
  /** The project's scenarios. Default: `scenarios` in the working folder. */
  readonly folder?: string
}

/**
 * The scenario of a name (`flights`) or a path (`./night.yaml`), checked, with its overrides applied.
 * Throws InvalidInputError: unknown name (with the nearest), a file that cannot be read, or a document with faults (all of them).
 */
export async function loadScenario(
  nameOrPath: string,
  { folder = 'scenarios', ...overrides }: LoadOptions = {},
): Promise<Scenario> {
  const source = await findScenario(nameOrPath, folder)
  return parseScenario(await readDocument(source), source, overrides)
}
