import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../results/canonical-json.ts'

/** What decides a run's results: two runs with one digest have the same jobs and the same results. */
export interface DigestedScenario {
  readonly name: string
  readonly workload: string
  readonly settings: { readonly [name: string]: Json }
  readonly seed: number
  readonly generatorVersion: number
}

/** SHA-256, hex, of the canonical JSON. A run id belongs to one of these; descriptions and file names don't count. */
export function scenarioDigest({ name, workload, settings, seed, generatorVersion }: DigestedScenario): string {
  const text = canonicalJson({ name, workload, settings, seed, generator_version: generatorVersion })
  return createHash('sha256').update(text).digest('hex')
}
