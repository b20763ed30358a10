import { z } from 'zod'
import type { FaultPlan } from '../embedded/faults/fault-plan.ts'
import { InvalidInputError, type Fault } from '../errors.ts'
import type { Json } from '../results/canonical-json.ts'
import type { Limits, Thresholds } from '../thresholds/schema.ts'
import { isWorkloadName, workloadNames } from '../workloads/registry.ts'
import { droppedNames } from './dropped-names.ts'
import { faultsOf, REPORT_INPUT, show } from './faults.ts'
import { commonSchema, scenarioSchema } from './schema.ts'
import { applySet, isDocumentPart, type DocumentPart } from './set.ts'

/** What to run: a valid scenario, its defaults filled in and its overrides applied. */
export interface Scenario {
  readonly name: string
  /** Empty where the author gave none. */
  readonly description: string
  readonly workload: string
  readonly seed: number
  /** What is to go wrong on purpose. */
  readonly faults?: FaultPlan | undefined
  /** What its figures must be, and what ends it before its time. */
  readonly thresholds?: Thresholds | undefined
  readonly limits?: Limits | undefined
  /** The workload's own part, as its schema answered it. */
  readonly settings: { readonly [name: string]: Json }
  /** The file it was read from. */
  readonly source: string
}

export interface Overrides {
  /** `path=value`, applied in order. */
  readonly set?: readonly string[]
  /** 0 … 2^53 - 1; wins over the document and over `set`. */
  readonly seed?: number | undefined
}

/** Checks a document and throws InvalidInputError with all its faults at once: path, value and limit of each. */
export async function parseScenario(document: unknown, source: string, overrides: Overrides = {}): Promise<Scenario> {
  if (!isDocumentPart(document)) {
    throw new InvalidInputError(`${source} must hold an object with name, workload and seed, got ${show(document)}`)
  }
  const { set = [], seed } = overrides
  const workload = await workloadOf(document, set)
  const schema = await scenarioSchema(workload)
  const applied = applySet(document, set, schema)
  const { own, foreign } = withoutForeignParts(applied.document, workload)
  const parsed = schema.safeParse(seed === undefined ? own : { ...own, seed }, REPORT_INPUT)
  const found = parsed.success ? [] : faultsOf(parsed.error, schema).map((fault) => fromOption(fault, seed))
  const faults = [...applied.faults, ...foreign, ...found, ...droppedNames(own, schema)]
  if (faults.length > 0 || !parsed.success) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
    throw new InvalidInputError(`${source} cannot be run; it has ${count}:`, faults)
  }
  const common = commonSchema.parse(parsed.data)
  return { ...common, settings: plainJson(parsed.data[common.workload]), source }
}

/** The workload decides by which schema everything else is read, `--set` included: so it is looked for first. */
async function workloadOf(document: DocumentPart, set: readonly string[]): Promise<unknown> {
  const own = set.filter((text) => text.startsWith('workload='))
  return applySet(document, own, await scenarioSchema(undefined)).document['workload']
}

/** A part that belongs to another workload is a fault of its own. A part left empty (`flights:` in YAML) means its defaults. */
function withoutForeignParts(document: DocumentPart, workload: unknown): { own: DocumentPart; foreign: Fault[] } {
  const isForeign = (key: string) =>
    isWorkloadName(workload) && workloadNames.some((name) => name === key && name !== workload)
  const entries = Object.entries(document).filter(([key, value]) => !(key === workload && value === null))
  const foreign = entries.filter(([key]) => isForeign(key))
  return {
    own: Object.fromEntries(entries.filter(([key]) => !isForeign(key))),
    foreign: foreign.map(([key]) => ({
      path: key,
      message: `is the part of workload ${key}, and this scenario's workload is ${String(workload)}`,
    })),
  }
}

function fromOption(fault: Fault, seed: number | undefined): Fault {
  return fault.path === 'seed' && seed !== undefined ? { ...fault, path: '--seed' } : fault
}

const settingsSchema = z.record(z.string(), z.json())

/** Settings as the manifest keeps them: what a module left undefined is left out. */
function plainJson(settings: unknown): Scenario['settings'] {
  return settingsSchema.parse(JSON.parse(JSON.stringify(settings)))
}
