import { InvalidObjectError } from '../invalid-object-error.ts'
import { decodeFooter, encodeFooter, type ColumnChunk, type RowGroup } from './footer.ts'
import { MAGIC, type ColumnSchema, type EncodedColumn } from './format.ts'
import { dataPageHeader, dictionaryPageHeader, readDataPage, readDictionaryPage } from './page.ts'

/**
 * A parquet file of one row group, and in it one data page per column after its dictionary, if it has one:
 * "PAR1", the columns' pages in the schema's order, the metadata, its length, "PAR1". The same columns give the same
 * bytes, always. The result shares no memory with the columns.
 */
export function encodeFile(
  schema: readonly ColumnSchema[],
  rows: number,
  columns: readonly EncodedColumn[],
): Uint8Array {
  const file = createFile(schema)
  file.append(rows, columns)
  return file.finish()
}

/** The same with any number of row groups. What was appended must stay as it is until `finish`. */
export function createFile(schema: readonly ColumnSchema[]) {
  const parts: Uint8Array[] = []
  const groups: RowGroup[] = []
  let offset = 4

  function appendPart(part: Uint8Array): void {
    parts.push(part)
    offset += part.length
  }

  function appendColumn({ encoding, dictionary, data }: EncodedColumn, rows: number): ColumnChunk {
    const start = offset
    if (dictionary) {
      appendPart(dictionaryPageHeader(dictionary.body, dictionary.values))
      appendPart(dictionary.body)
    }
    const dataOffset = offset
    appendPart(dataPageHeader(data, rows, encoding))
    appendPart(data)
    return { encoding, dictionaryOffset: dictionary && start, dataOffset, bytes: offset - start }
  }

  return {
    append(rows: number, columns: readonly EncodedColumn[]): void {
      groups.push({ rows, chunks: columns.map((column) => appendColumn(column, rows)) })
    },
    finish(): Uint8Array {
      const footer = encodeFooter(schema, groups)
      return assemble([...parts, footer], offset + footer.length, footer.length)
    },
  }
}

function assemble(parts: readonly Uint8Array[], length: number, footerLength: number): Uint8Array {
  const file = new Uint8Array(length + 8)
  let offset = 4
  for (const part of parts) {
    file.set(part, offset)
    offset += part.length
  }
  const view = new DataView(file.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(length, footerLength, true)
  view.setUint32(length + 4, MAGIC, true)
  return file
}

/** The columns of a file that `encodeFile` wrote, as windows into it. Throws InvalidObjectError for any other file. */
export function decodeFile(
  file: Uint8Array,
  schema: readonly ColumnSchema[],
): { rows: number; columns: EncodedColumn[] } {
  const { rows, chunks } = decodeFooter(file, schema)
  const columns = chunks.map(({ start, end, hasDictionary }, i): EncodedColumn => {
    return inColumn(schema[i].name, () => {
      const cursor = { bytes: file, offset: start, end }
      const dictionary = hasDictionary ? readDictionaryPage(cursor) : undefined
      const { encoding, body } = readDataPage(cursor, rows)
      if (cursor.offset !== end) throw new InvalidObjectError(`has ${end - cursor.offset} bytes after its page`)
      return { encoding, data: body, ...(dictionary && { dictionary }) }
    })
  })
  return { rows, columns }
}

/** Runs `read`, and says which column it was about where that throws. */
export function inColumn<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error
    throw new InvalidObjectError(`column ${name} ${error.message}`, { cause: error })
  }
}
