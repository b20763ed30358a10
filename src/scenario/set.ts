import type { Fault } from '../errors.ts'
import { show, unknownKey } from './faults.ts'
import { knownKeys, takesAnyKey } from './schema-walk.ts'
import type { z } from 'zod'

/** An object of a document, its members unchecked. */
export type DocumentPart = Readonly<Record<string, unknown>>

export function isDocumentPart(value: unknown): value is DocumentPart {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One `--set path=value`, parsed. */
export interface Assignment {
  readonly path: readonly string[]
  readonly value: unknown
}

/** Names that reach an object's prototype; no document has a use for them. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Applies `path=value` overrides to a document, in order, and answers a changed copy; the document stays as it is. The
 * value is JSON where it parses as JSON, else text: `seed=7`, `flights.network=["DUB","LHR"]`, `synthetic.shape=chain`.
 * A path that the schema does not know is a fault, and so is one that leads through a value without parts.
 */
export function applySet(
  document: DocumentPart,
  texts: readonly string[],
  schema: z.core.$ZodType,
): { document: DocumentPart; faults: Fault[] } {
  const faults: Fault[] = []
  let changed = document
  for (const text of texts) {
    try {
      const { path, value } = parseAssignment(text)
      checkPath(path, schema, changed)
      changed = assignMember(changed, path, value, [])
    } catch (error) {
      if (!(error instanceof SetError)) throw error
      faults.push({ path: `--set ${text}`, message: error.message })
    }
  }
  return { document: changed, faults }
}

/** Why one `--set` cannot be applied; becomes a fault beside those of the others. */
class SetError extends Error {}

export function parseAssignment(text: string): Assignment {
  const [path, ...rest] = text.split('=')
  if (rest.length === 0) throw new SetError('has no =; write path=value, e.g. seed=7')
  const parts = path.split('.')
  if (parts.some((part) => part === ''))
    throw new SetError('has an empty part in its path; write e.g. flights.sequences=10')
  const refused = parts.find((part) => REFUSED.has(part))
  if (refused !== undefined) throw new SetError(`${refused} is no part of a scenario`)
  return { path: parts, value: parseValue(rest.join('=')) }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // not JSON: the text itself, so that words need no quotes
  }
}

function checkPath(path: readonly string[], schema: z.core.$ZodType, document: DocumentPart): void {
  let value: unknown = document
  for (const [depth, key] of path.entries()) {
    const above = path.slice(0, depth)
    const known = knownKeys(schema, above)
    if (known.length > 0 && !known.includes(key) && !takesAnyKey(schema, above) && !/^\d+$/.test(key)) {
      throw new SetError(unknownKey(key, knownKeys(schema, above, value), (name) => [...above, name].join('.')))
    }
    value = isDocumentPart(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
}

type Path = readonly string[]

/** `done` is the path that led to `target`, `path` what is left of it. */
function assign(target: unknown, path: Path, value: unknown, done: Path): unknown {
  if (path.length === 0) return value
  if (Array.isArray(target)) return assignEntry(target, path, value, done)
  const parent = target ?? {} // a part that was left out, or left empty
  if (isDocumentPart(parent)) return assignMember(parent, path, value, done)
  throw new SetError(`${done.join('.')} is ${show(target)}, which has no parts`)
}

function assignMember(parent: DocumentPart, [key, ...rest]: Path, value: unknown, done: Path): DocumentPart {
  const before = Object.hasOwn(parent, key) ? parent[key] : undefined
  return { ...parent, [key]: assign(before, rest, value, [...done, key]) }
}

function assignEntry(parent: readonly unknown[], [key, ...rest]: Path, value: unknown, done: Path): readonly unknown[] {
  const { length } = parent
  if (!/^\d+$/.test(key) || Number(key) > length) {
    throw new SetError(`${done.join('.')} is a list: its parts are 0 … ${length} (${length} adds one), not ${key}`)
  }
  const index = Number(key)
  return parent.toSpliced(index, 1, assign(parent[index], rest, value, [...done, key]))
}
