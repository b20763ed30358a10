import type { Fault } from '../../errors.ts'
import { feederSchema, variableName } from './feeder-schema.ts'
import { isGiven, type Given } from './given.ts'
import { importHar, harSchema } from './har.ts'
import { journeyFaults, namesReason, weightsReason } from './load-journeys.ts'
import { locateFile, missingFile } from './locate-file.ts'
import { readRows } from './read-rows.ts'
import { BUILT_IN_NAMES } from './template.ts'
import { columnsOf, headerFaults, stepFaults, stepsFaults, variableHeaders } from './variable-faults.ts'

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

function moduleFaults({ module, headers }: Given): Fault[] {
  if (typeof module !== 'string' || module === '') return []
  const path = locateFile(module)
  const faults = path === undefined ? [missingFile('module', module)] : journeyFaults(path)
  const variable = variableHeaders(headers).map((name) => {
    return { path: `headers.${name}`, message: 'must have no variables: where journeys are a module, it fills them in' }
  })
  return [...faults, ...variable]
}

function harFaults({ har }: Given): Fault[] {
  const parsed = harSchema.safeParse(har)
  if (!parsed.success) return []
  return importHar(parsed.data).faults.map(({ path, message }) => ({ path: `har.${path}`, message }))
}

function caFaults({ tls }: Given): Fault[] {
  const ca = isGiven(tls) ? tls['ca'] : undefined
  return typeof ca !== 'string' || locateFile(ca) !== undefined ? [] : [missingFile('tls.ca', ca)]
}

function feederFaults({ feeders, shards }: Given): Fault[] {
  if (!isGiven(feeders)) return []
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
    if (found === undefined) return [missingFile(at, file)]
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
  const { journeys, request, headers } = given
  const ofRequest = isGiven(request) ? stepFaults({ name: 'request', ...request }, 'request', new Set(), columns) : []
  const shared = [...headerFaults(headers, columns), ...ofRequest]
  if (!Array.isArray(journeys)) return shared
  const named = journeys.filter(isGiven)
  const weights = named.map(({ weight = 1 }) => ({ weight: Number(weight) }))
  const names = named.map(({ name }) => ({ name: String(name) }))
  const reasons = [named.length > 0 && weightsReason(weights), namesReason(names)]
  return [
    ...shared,
    ...reasons.flatMap((message) => (typeof message === 'string' ? [{ path: 'journeys', message }] : [])),
    ...named.flatMap(({ steps }, at) =>
      Array.isArray(steps) ? stepsFaults(steps, `journeys.${at}.steps`, columns) : [],
    ),
  ]
}
