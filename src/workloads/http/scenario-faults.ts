import type { Fault } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { feederSchema, variableName } from './feeder-schema.ts'
import { importHar, harSchema } from './har.ts'
import { compileJsonTemplate } from './json-template.ts'
import { journeyFaults, namesReason, weightsReason } from './load-journeys.ts'
import { locateFile, placesOf } from './locate-file.ts'
import { readRows } from './read-rows.ts'
import { stepSchema, type StepSettings } from './step-schema.ts'
import { BUILT_IN_NAMES, compileTemplate, TemplateError, type Template } from './template.ts'

/** The `http` part of a scenario as it was given, sound or not: these look only at what is sound. */
interface Given {
  readonly [option: string]: unknown
}

/** What the parts of an HTTP scenario say to each other, and to the files they name. */
export function scenarioFaults(given: Given): Fault[] {
  return [
    ...sourceFaults(given),
    ...journeysFaults(given),
    ...moduleFaults(given),
    ...feederFaults(given),
    ...harFaults(given),
    ...caFaults(given),
  ]
}

const SOURCES = ['journeys', 'module', 'request', 'har']

function sourceFaults(given: Given): Fault[] {
  const [, ...others] = SOURCES.filter((name) => given[name] !== undefined)
  return others.map((path) => ({ path, message: `must be alone: only one of ${SOURCES.join(', ')} says what is sent` }))
}

function moduleFaults({ module }: Given): Fault[] {
  if (typeof module !== 'string' || module === '') return []
  const path = locateFile(module)
  return path === undefined ? [missing('module', module)] : journeyFaults(path)
}

function harFaults({ har }: Given): Fault[] {
  const parsed = harSchema.safeParse(har)
  if (!parsed.success) return []
  return importHar(parsed.data).faults.map(({ path, message }) => ({ path: `har.${path}`, message }))
}

function caFaults({ tls }: Given): Fault[] {
  const ca = isObject(tls) ? tls['ca'] : undefined
  return typeof ca !== 'string' || locateFile(ca) !== undefined ? [] : [missing('tls.ca', ca)]
}

function feederFaults({ feeders, shards }: Given): Fault[] {
  if (!isObject(feeders)) return []
  return Object.entries(feeders).flatMap(([name, feeder]) => {
    const path = `feeders.${name}`
    if (BUILT_IN_NAMES.includes(name)) return [{ path, message: `must have another name: ${name} is always there` }]
    const named = variableName.safeParse(name)
    if (!named.success) return [{ path, message: `must have another name: a name ${named.error.issues[0].message}` }]
    const parsed = feederSchema.safeParse(feeder)
    if (!parsed.success) return []
    const { file, rows } = parsed.data
    if ((file === undefined) === (rows === undefined)) return [{ path, message: 'needs one of file and rows' }]
    return rowFaults(path, parsed.data, typeof shards === 'number' ? shards : 1)
  })
}

function rowFaults(
  path: string,
  { file, rows }: { file?: string | undefined; rows?: readonly unknown[] | undefined },
  shards: number,
): Fault[] {
  const at = file === undefined ? `${path}.rows` : `${path}.file`
  let count = rows?.length ?? 0
  if (file !== undefined) {
    const found = locateFile(file)
    if (found === undefined) return [missing(at, file)]
    try {
      count = readRows(found).rows.length
    } catch (error) {
      return [{ path: at, message: `${found}: ${error instanceof Error ? error.message : String(error)}` }]
    }
  }
  if (count >= shards) return []
  return [{ path: at, message: `must have at least a row for each of the ${shards} shards, got ${count}` }]
}

function journeysFaults(given: Given): Fault[] {
  const columns = columnsOf(given)
  const { journeys, request } = given
  const ofRequest = isObject(request) ? stepFaults({ name: 'request', ...request }, 'request', new Set(), columns) : []
  if (!Array.isArray(journeys)) return ofRequest
  const named = journeys.filter(isObject)
  const weights = named.map(({ weight = 1 }) => ({ weight: Number(weight) }))
  const names = named.map(({ name }) => ({ name: String(name) }))
  const reasons = [named.length > 0 && weightsReason(weights), namesReason(names)]
  return [
    ...ofRequest,
    ...reasons.flatMap((message) => (typeof message === 'string' ? [{ path: 'journeys', message }] : [])),
    ...named.flatMap(({ steps }, at) =>
      Array.isArray(steps) ? stepsFaults(steps, `journeys.${at}.steps`, columns) : [],
    ),
  ]
}

/** Columns by feeder; undefined where they cannot be known. */
type Columns = ReadonlyMap<string, ReadonlySet<string> | undefined>

function columnsOf({ feeders }: Given): Columns {
  if (!isObject(feeders)) return new Map()
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

function stepsFaults(steps: readonly unknown[], path: string, columns: Columns): Fault[] {
  const extracted = new Set<string>()
  return steps.flatMap((step, at) => {
    const faults = stepFaults(step, `${path}.${at}`, extracted, columns)
    const extract = isObject(step) && Array.isArray(step['extract']) ? step['extract'].filter(isObject) : []
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

function stepFaults(step: unknown, path: string, extracted: ReadonlySet<string>, columns: Columns): Fault[] {
  if (!isObject(step)) return []
  const parsed = stepSchema.safeParse(step)
  const given: Partial<StepSettings> = parsed.success ? parsed.data : step
  const faults = templatesOf(given).flatMap(([field, template]) =>
    template.variables.flatMap(({ text, root, path: parts }) => {
      const message = variableFault(root, parts, extracted, columns)
      return message === undefined ? [] : [{ path: `${path}.${field}`, message: `\${${text}} ${message}` }]
    }),
  )
  const { file } = given
  return typeof file === 'string' && locateFile(file) === undefined
    ? [...faults, missing(`${path}.file`, file)]
    : faults
}

function templatesOf({ path, url, headers, body, json }: Partial<StepSettings>): [string, Template][] {
  const texts: [string, unknown][] = [
    ['path', path],
    ['url', url],
    ['body', body],
  ]
  const ofHeaders = isObject(headers)
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

function missing(path: string, file: string): Fault {
  return { path, message: `${JSON.stringify(file)} does not exist; looked for ${placesOf(file).join(', ')}` }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
