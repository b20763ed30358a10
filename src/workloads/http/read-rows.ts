import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { parse } from 'csv-parse/sync'
import { readWholeFile } from './read-whole-file.ts'

/** A row of a feeder: values by column. */
export type Row = Readonly<Record<string, unknown>>

export interface RowFile {
  readonly rows: Row[]
  /** Of the file. */
  readonly sha256: string
}

/** The rows of a CSV file with a header line, or of a JSON file that holds a list of objects. Throws Error with the reason. */
export function readRows(path: string): RowFile {
  const bytes = readWholeFile(path)
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
