import type { Fault } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { feederSchema } from './feeder-schema.ts'
import { isGiven, type Given } from './given.ts'
import { compileJsonTemplate } from './json-template.ts'
import { locateFile, missingFile } from './locate-file.ts'
import { readRows } from './read-rows.ts'
import { stepSchema, type StepSettings } from './step-schema.ts'
import { BUILT_IN_NAMES, compileTemplate, TemplateError, type Template } from './template.ts'

/** Columns by feeder; undefined where they cannot be known. */
export type Columns = ReadonlyMap<string, ReadonlySet<string> | undefined>

export function columnsOf({ feeders }: Given): Columns {
  if (!isGiven(feeders)) return new Map()
  return new Map(
    Object.entries(feeders).map(([name, feeder]) => {
      const parsed = feederSchema.safeParse(feeder)
      if (!parsed.success) return [name, undefined]
      const { file, rows } = parsed.data
      return [name, rows ? namesOf(rows) : columnsOfFile(file)]
    }),
  )
}

function columnsOfFile(file: string | undefined): ReadonlySet<string> | undefined {
  const path = file === undefined ? undefined : locateFile(file)
  if (path === undefined) return undefined
  try {
    return namesOf(readRows(path).rows)
  } catch {
    return undefined // told by feederFaults, with its reason
  }
}

function namesOf(rows: readonly object[]): ReadonlySet<string> {
  return new Set(rows.flatMap((row) => Object.keys(row)))
}

/** Variables of steps that nothing gives a value to, and files that are not there. A value is there for the steps after its own. */
export function stepsFaults(steps: readonly unknown[], path: string, columns: Columns): Fault[] {
  const extracted = new Set<string>()
  return steps.flatMap((step, at) => {
    const faults = stepFaults(step, `${path}.${at}`, extracted, columns)
    const extract = isGiven(step) && Array.isArray(step['extract']) ? step['extract'].filter(isGiven) : []
    for (const [index, { name }] of extract.entries()) {
      if (typeof name !== 'string') continue
      extracted.add(name)
      if (!BUILT_IN_NAMES.includes(name) && !columns.has(name)) continue
      faults.push({
        path: `${path}.${at}.extract.${index}.name`,
        message: `${name} is the name of something else; choose another`,
      })
    }
    return faults
  })
}

/** The same of one step, after which `extracted` is there. */
export function stepFaults(step: unknown, path: string, extracted: ReadonlySet<string>, columns: Columns): Fault[] {
  if (!isGiven(step)) return []
  const parsed = stepSchema.safeParse(step)
  const given: Partial<StepSettings> = parsed.success ? parsed.data : step
  const faults = variableFaults(templatesOf(given), path, extracted, columns)
  const { file } = given
  return typeof file === 'string' && locateFile(file) === undefined
    ? [...faults, missingFile(`${path}.file`, file)]
    : faults
}

/** Variables of headers that every request has: they can only be about what is always there, and feeders. */
export function headerFaults(headers: unknown, columns: Columns): Fault[] {
  return variableFaults(templatesOf({ headers: headers as Record<string, string> }), '', new Set(), columns)
}

/** Names of headers that have variables. */
export function variableHeaders(headers: unknown): string[] {
  const templates = templatesOf({ headers: headers as Record<string, string> })
  return templates.filter(([, { variables }]) => variables.length > 0).map(([field]) => field.slice('headers.'.length))
}

function variableFaults(
  templates: readonly [string, Template][],
  path: string,
  extracted: ReadonlySet<string>,
  columns: Columns,
): Fault[] {
  return templates.flatMap(([field, template]) =>
    template.variables.flatMap(({ text, root, path: parts }) => {
      const message = variableFault(root, parts, extracted, columns)
      const at = path === '' ? field : `${path}.${field}`
      return message === undefined ? [] : [{ path: at, message: `\${${text}} ${message}` }]
    }),
  )
}

function templatesOf({ path, url, headers, body, json }: Partial<StepSettings>): [string, Template][] {
  const texts: [string, unknown][] = [
    ['path', path],
    ['url', url],
    ['body', body],
  ]
  const ofHeaders = isGiven(headers)
    ? Object.entries(headers).map(([name, text]): [string, unknown] => [`headers.${name}`, text])
    : []
  const ofTexts = [...texts, ...ofHeaders].flatMap(([field, text]): [string, Template][] => {
    const template = typeof text === 'string' ? sound(() => compileTemplate(text)) : undefined
    return template ? [[field, template]] : []
  })
  const ofJson = json === undefined ? undefined : sound(() => compileJsonTemplate(json))
  return ofJson ? [...ofTexts, ['json', ofJson]] : ofTexts
}

/** Undefined for a text that is no template: its own schema tells. */
function sound(compile: () => Template): Template | undefined {
  try {
    return compile()
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}

function variableFault(
  root: string,
  path: readonly string[],
  extracted: ReadonlySet<string>,
  columns: Columns,
): string | undefined {
  if (BUILT_IN_NAMES.includes(root) || extracted.has(root)) return undefined
  if (!columns.has(root)) {
    const known = [...extracted, ...columns.keys(), ...BUILT_IN_NAMES]
    return `is unknown here${didYouMean(root, known) || ';'} known: ${known.join(', ')}`
  }
  const names = columns.get(root)
  if (path.length === 0) return `is a whole row; say which column, e.g. \${${root}.${[...(names ?? ['email'])][0]}}`
  if (names === undefined || names.has(path[0])) return undefined
  return `names no column of feeder ${root}${didYouMean(path[0], names) || ';'} known: ${[...names].join(', ')}`
}
