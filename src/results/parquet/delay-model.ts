import type { DelayModel } from '../stores.ts'
import { decodeReplications, encodeReplications } from './replication-table.ts'

const MINUTES = { name: 'duration_in_minutes', type: 'INT32' } as const

/**
 * `delay_models/{departure,landing}/<IATA>.parquet`: scenario_id INT32, duration_in_minutes INT32, data_value_1 …
 * data_value_4 INT64, all required, one row per replication. Limits as for `encodeDelayTable`.
 */
export function encodeDelayModel(model: DelayModel): Uint8Array {
  return encodeReplications(MINUTES, { minutes: new Float64Array(model.durationMinutes), dataValues: model.dataValues })
}

/** Reads what `encodeDelayModel` wrote, into new arrays. Any other bytes are an InvalidObjectError that says why. */
export function decodeDelayModel(bytes: Uint8Array): DelayModel {
  const { minutes, dataValues } = decodeReplications(MINUTES, bytes)
  return { durationMinutes: new Int32Array(minutes), dataValues }
}
