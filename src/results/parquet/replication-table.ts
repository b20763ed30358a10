import { decodeFile, encodeFile, inColumn } from './file.ts'
import { MAX_ROWS, type ColumnSchema } from './format.ts'
import { checkRowNumbers, encodeRowNumbers } from './row-numbers.ts'
import { createScratch } from './scratch.ts'
import { decodeSmallRange, encodeSmallRange, type MinutesColumn } from './small-range.ts'
import { decodeWholeNumbers, encodeWholeNumbers } from './whole-numbers.ts'

/** Both our tables: a number of minutes and four data values for each replication. */
export interface ReplicationTable {
  readonly minutes: Float64Array
  readonly dataValues: readonly [Float64Array, Float64Array, Float64Array, Float64Array]
}

const DATA_VALUES = ['data_value_1', 'data_value_2', 'data_value_3', 'data_value_4'] as const

/** Encoding is synchronous, so that one scratch serves every table of the thread. */
const scratch = createScratch()

/** Throws RangeError where the columns differ in length or a value cannot be stored. */
export function encodeReplications(minutesColumn: MinutesColumn, table: ReplicationTable): Uint8Array {
  checkTable(minutesColumn, table)
  const rows = table.minutes.length
  scratch.reset()
  const columns = [
    encodeRowNumbers(rows, scratch),
    encodeSmallRange(minutesColumn, table.minutes, scratch),
    ...table.dataValues.map((values, i) => encodeWholeNumbers(DATA_VALUES[i], values, scratch)),
  ]
  const file = encodeFile(schemaWith(minutesColumn), rows, columns)
  scratch.reset()
  return file
}

/** Throws InvalidObjectError for bytes that `encodeReplications` did not write. */
export function decodeReplications(minutesColumn: MinutesColumn, file: Uint8Array): ReplicationTable {
  const { rows, columns } = decodeFile(file, schemaWith(minutesColumn))
  const [rowNumbers, minutes, ...rest] = columns
  scratch.reset()
  inColumn('scenario_id', () => checkRowNumbers(rowNumbers, rows, scratch))
  const dataValue = (i: number): Float64Array => inColumn(DATA_VALUES[i], () => decodeWholeNumbers(rest[i], rows))
  return {
    minutes: inColumn(minutesColumn.name, () => decodeSmallRange(minutesColumn, minutes, rows)),
    dataValues: [dataValue(0), dataValue(1), dataValue(2), dataValue(3)],
  }
}

function schemaWith(minutes: MinutesColumn): ColumnSchema[] {
  return [
    { name: 'scenario_id', type: 'INT32' },
    minutes,
    ...DATA_VALUES.map((name) => ({ name, type: 'INT64' as const })),
  ]
}

function checkTable({ name }: MinutesColumn, { minutes, dataValues }: ReplicationTable): void {
  const rows = minutes.length
  if (rows < 1 || rows > MAX_ROWS) throw new RangeError(`a table must have 1-${MAX_ROWS} rows, got ${rows}`)
  dataValues.forEach((values, i) => {
    if (values.length !== rows) {
      throw new RangeError(
        `${DATA_VALUES[i]} has ${values.length} values and ${name} ${rows}; they must be equally long`,
      )
    }
  })
}
