import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { parse } from 'csv-parse/sync'

/** A row of a feeder: values by column. */
export type Row = Readonly<Record<string, unknown>>

/** Rows are held in memory: more than this is not data for a test but a database. */
const LARGEST_BYTES = 256 * 1024 * 1024

export interface RowFile {
  readonly rows: Row[]
  /** Of the file. */
  readonly sha256: string
}

/** The rows of a CSV file with a header line, or of a JSON file that holds a list of objects. Throws Error with the reason. */
export function readRows(path: string): RowFile {
  const { size } = statSync(path)
  if (size > LARGEST_BYTES) throw new Error(`has ${size} bytes; at most ${LARGEST_BYTES} are read`)
  const bytes = readFileSync(path)
  const rows = extname(path).toLowerCase() === '.json' ? jsonRows(bytes.toString()) : csvRows(bytes)
  return { rows, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function csvRows(bytes: Buffer): Row[] {
  return parse(bytes, { columns: true, bom: true, skip_empty_lines: true, trim: true })
}

function jsonRows(text: string): Row[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value) || !value.every(isRow))
    throw new Error('must hold a list of objects, e.g. [{"email": "a@example.com"}]')
  return value
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
