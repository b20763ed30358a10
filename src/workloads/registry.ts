import type { z } from 'zod'
import { InvalidInputError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { flightsSchema } from './flights/schema.ts'
import type { httpSchema } from './http/schema.ts'
import type { relaySchema } from './relay/schema.ts'
import type { syntheticSchema } from './synthetic/schema.ts'
import type { Workload } from './workload.ts'

/** What a scenario may write under each workload's name, before defaults are filled in. */
export interface WorkloadParts {
  flights: z.input<typeof flightsSchema>
  http: z.input<typeof httpSchema>
  relay: z.input<typeof relaySchema>
  synthetic: z.input<typeof syntheticSchema>
}

export type WorkloadName = keyof WorkloadParts

/** Every workload, each loaded when it is first asked for. A new one is a folder, a line above and a line here. */
export const workloadRegistry: { readonly [Name in WorkloadName]: () => Promise<Workload> } = {
  flights: () => import('./flights/index.ts').then((module) => module.flights),
  http: () => import('./http/index.ts').then((module) => module.http),
  relay: () => import('./relay/index.ts').then((module) => module.relay),
  synthetic: () => import('./synthetic/index.ts').then((module) => module.synthetic),
}

/** Understands requirement 001's message that belongs to no run. */
export const bareWorkload: WorkloadName = 'synthetic'

export const workloadNames: readonly WorkloadName[] = Object.keys(workloadRegistry).filter(isWorkloadName)

export function isWorkloadName(name: unknown): name is WorkloadName {
  return typeof name === 'string' && Object.hasOwn(workloadRegistry, name)
}

/** Throws InvalidInputError for a name that is not in the registry, with the nearest that is. */
export async function loadWorkload(name: string): Promise<Workload> {
  if (isWorkloadName(name)) return workloadRegistry[name]()
  throw new InvalidInputError(
    `there is no workload named ${JSON.stringify(name)}${didYouMean(name, workloadNames)} Known: ${workloadNames.join(', ')}`,
  )
}
