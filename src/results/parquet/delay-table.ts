import type { DelayTable } from '../stores.ts'
import { decodeReplications, encodeReplications } from './replication-table.ts'

const MINUTES = { name: 'delay_in_minutes', type: 'DOUBLE' } as const

/**
 * `delays/<job_id>.parquet`: scenario_id INT32, delay_in_minutes DOUBLE, data_value_1 … data_value_4 INT64, all required,
 * one row per replication. 1 to 10,000,000 rows; delays finite, data values safe integers, else RangeError. The same
 * table gives the same bytes; a delay of -0 among whole minutes is stored as 0.
 */
export function encodeDelayTable(table: DelayTable): Uint8Array {
  return encodeReplications(MINUTES, { minutes: table.delayMinutes, dataValues: table.dataValues })
}

/** Reads what `encodeDelayTable` wrote, into new arrays. Any other bytes are an InvalidObjectError that says why. */
export function decodeDelayTable(bytes: Uint8Array): DelayTable {
  const { minutes, dataValues } = decodeReplications(MINUTES, bytes)
  return { delayMinutes: minutes, dataValues }
}
