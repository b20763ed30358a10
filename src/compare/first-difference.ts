import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LedgerEntry } from '../results/documents.ts'
import { InvalidObjectError } from '../results/invalid-object-error.ts'
import { DELAYS_PREFIX } from '../results/layout.ts'
import { decodeDelayTable } from '../results/parquet/delay-table.ts'
import { byCodePoint } from '../results/canonical-json.ts'

/** Where two bundles part first, in the order of their keys. */
export type Difference =
  | { readonly kind: 'object'; readonly key: string; readonly only_in: 'a' | 'b' }
  | {
      readonly kind: 'row'
      readonly key: string
      /** `scenario_id`: the replication. */
      readonly row: number
      readonly column: string
      readonly a: number | null
      readonly b: number | null
    }
  | { readonly kind: 'value'; readonly key: string; readonly path: string; readonly a: string; readonly b: string }
  /** The same values in other bytes, or bytes that cannot be read as what they should be. */
  | { readonly kind: 'bytes'; readonly key: string; readonly offset: number; readonly why: string }

/** Key → SHA-256 of the objects that make up the results. */
export type Objects = ReadonlyMap<string, string>

export function resultObjects(ledger: Iterable<LedgerEntry>, prefixes: readonly string[]): Objects {
  const objects = new Map<string, string>()
  for (const { state, output_key: key, output_sha256: sha256 } of ledger) {
    if (state === 'done' && key && sha256 && prefixes.some((prefix) => key.startsWith(prefix))) objects.set(key, sha256)
  }
  return objects
}

/** Keys that differ or are on one side only, sorted by code point. */
export function differingKeys(a: Objects, b: Objects): string[] {
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key))
  return keys.sort(byCodePoint)
}

/** Reads the two objects from their bundles, and only them. */
export async function describeDifference(
  key: string,
  a: { readonly folder: string; readonly objects: Objects },
  b: { readonly folder: string; readonly objects: Objects },
): Promise<Difference> {
  if (!b.objects.has(key)) return { kind: 'object', key, only_in: 'a' }
  if (!a.objects.has(key)) return { kind: 'object', key, only_in: 'b' }
  return compareBodies(key, await readFile(join(a.folder, key)), await readFile(join(b.folder, key)))
}

export function compareBodies(key: string, a: Uint8Array, b: Uint8Array): Difference {
  try {
    const found = key.startsWith(DELAYS_PREFIX) ? firstRow(key, a, b) : firstValue(key, parse(a), parse(b))
    return found ?? { kind: 'bytes', key, offset: firstOffset(a, b), why: 'the values are the same' }
  } catch (error) {
    if (!(error instanceof InvalidObjectError || error instanceof SyntaxError)) throw error
    return { kind: 'bytes', key, offset: firstOffset(a, b), why: error.message }
  }
}

function firstRow(key: string, bytesA: Uint8Array, bytesB: Uint8Array): Difference | undefined {
  const [a, b] = [columnsOf(bytesA), columnsOf(bytesB)]
  const rows = Math.max(a[0].values.length, b[0].values.length)
  for (let row = 0; row < rows; row++) {
    for (const [at, { name, values }] of a.entries()) {
      const [left, right] = [values[row], b[at].values[row]]
      if (left !== right) return { kind: 'row', key, row, column: name, a: left ?? null, b: right ?? null }
    }
  }
  return undefined
}

function columnsOf(bytes: Uint8Array): { name: string; values: Float64Array }[] {
  const { delayMinutes, dataValues } = decodeDelayTable(bytes)
  return [
    { name: 'delay_in_minutes', values: delayMinutes },
    ...dataValues.map((values, at) => ({ name: `data_value_${at + 1}`, values })),
  ]
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString())
}

function firstValue(key: string, a: unknown, b: unknown, path = ''): Difference | undefined {
  if (isObject(a) && isObject(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(byCodePoint)) {
      const found = firstValue(key, Reflect.get(a, name), Reflect.get(b, name), path === '' ? name : `${path}.${name}`)
      if (found) return found
    }
    return undefined
  }
  if (Object.is(a, b)) return undefined
  return { kind: 'value', key, path, a: JSON.stringify(a) ?? 'nothing', b: JSON.stringify(b) ?? 'nothing' }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function firstOffset(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at
  return shorter
}

/** One sentence. */
export function sayDifference(difference: Difference): string {
  const { key } = difference
  if (difference.kind === 'object') return `${key} is on side ${difference.only_in} only`
  if (difference.kind === 'bytes') return `${key} differs from byte ${difference.offset} on: ${difference.why}`
  const { a, b } = difference
  const where =
    difference.kind === 'row' ? `row ${difference.row}, ${difference.column}` : difference.path || 'the value'
  return `${key}, ${where}: ${a ?? 'no such row'} on side a, ${b ?? 'no such row'} on side b`
}
