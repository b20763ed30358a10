import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Document, LineCounter } from 'yaml'
import { z } from 'zod'
import { InvalidInputError, type Fault } from '../errors.ts'
import { faultsOf, REPORT_INPUT } from '../scenario/faults.ts'

/** Default place of the settings of all environments, in the working directory. */
export const CONFIG_FILE = 'config/environments.json'

/** Always protected, whatever the file says: a slip in a file must not open it. */
const ALWAYS_PROTECTED = ['prod']

const caps = z.strictObject({
  /** Jobs of one run. */
  jobs: z.int().min(1).max(1_000_000_000).optional(),
  /** From the start of a run to its end, minutes. */
  'duration-minutes': z.number().min(0).max(35_000).optional(),
  /** What a scenario may aim at a target. */
  'rate-per-second': z.number().min(0).max(10_000_000).optional(),
  /** Estimated, of one run. */
  dollars: z.number().min(0).max(1_000_000).optional(),
})

const hostPattern = z.string().regex(/^(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/, {
  error: 'must be a host, e.g. relay.uat.example.com, *.uat.example.com or 127.0.0.1:8080',
})

/** What holds for a stage as a whole. */
const rules = z.object({
  region: z
    .string()
    .regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, { error: 'must be an AWS region, e.g. eu-west-1' })
    .optional(),
  account: z
    .string()
    .regex(/^\d{12}$/, { error: 'must be an AWS account, twelve digits in quotes' })
    .optional(),
  protected: z.boolean().optional(),
  'allowed-targets': z.array(hostPattern).optional(),
  caps: caps.optional(),
})

/** Beside the rules, URLs of targets and whatever else is looked up by name. May be secret: a fault never shows the value. */
const stage = rules.catchall(z.string({ error: 'must be text in quotes' }))

const file = z.strictObject({
  local: stage.optional(),
  dev: stage.optional(),
  uat: stage.optional(),
  prod: stage.optional(),
})

export type Caps = z.infer<typeof caps>
export type StageSettings = z.infer<typeof rules>
export type StageName = keyof z.infer<typeof file>

/** Names in a stage that are rules of the stage itself, not things to be looked up. */
export const RULES: readonly string[] = Object.keys(rules.shape)

/**
 * What the file says of a stage (`local` for embedded and localstack); nothing where there is no file. The whole file is
 * checked, so that a slip in another stage's part is found today. Throws InvalidInputError with path and line of each.
 */
export function readSettings(stageName: string, configFile: string = CONFIG_FILE): StageSettings {
  const text = read(configFile)
  if (text === undefined) return {}
  return parseSettings(text, configFile)[stageName as StageName] ?? {}
}

/** What the file says of all stages; nothing where there is no file. Throws as `readSettings` does. */
export function readStages(configFile: string = CONFIG_FILE): { readonly [stage: string]: StageSettings } {
  const text = read(configFile)
  return text === undefined ? {} : parseSettings(text, configFile)
}

export function isProtected(stageName: string, settings: StageSettings): boolean {
  return ALWAYS_PROTECTED.includes(stageName) || settings.protected === true
}

function parseSettings(text: string, configFile: string): z.infer<typeof file> {
  // The YAML parser in its JSON schema, because it tells line and column, which JSON.parse often does not. Loaded here: every
  // thread asks for settings, and few projects have any.
  const { LineCounter, parseDocument } = createRequire(import.meta.url)('yaml') as typeof import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'json', lineCounter: lines })
  if (document.errors.length > 0) {
    throw new InvalidInputError(`${configFile} is not JSON: ${document.errors[0].message}`)
  }
  const value: unknown = document.toJS()
  const parsed = file.safeParse(value, REPORT_INPUT)
  const faults = parsed.success ? unprotected(parsed.data) : faultsOf(parsed.error, file)
  if (faults.length === 0 && parsed.success) return parsed.data
  throw new InvalidInputError(
    `${configFile} cannot be used:`,
    faults.map(({ path, message }) => ({ path, message: `${message}${placeOf(document, lines, path)}` })),
  )
}

function unprotected(settings: z.infer<typeof file>): Fault[] {
  return ALWAYS_PROTECTED.filter((name) => settings[name as StageName]?.protected === false).map((name) => ({
    path: `${name}.protected`,
    message: `must be true or left out: ${name} is always protected`,
  }))
}

/** ` (line 3)`: of the value at a path, or of the nearest above it that is there. */
function placeOf(document: Document, lines: LineCounter, path: string): string {
  for (let keys = path.split('.'); keys.length > 0; keys = keys.slice(0, -1)) {
    const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined
    if (node?.range) return ` (line ${lines.linePos(node.range[0]).line})`
  }
  return ' (line 1)'
}

function read(configFile: string): string | undefined {
  try {
    return readFileSync(configFile, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new InvalidInputError(`${configFile} cannot be read: ${(cause as Error).message}`, [], { cause })
  }
}
