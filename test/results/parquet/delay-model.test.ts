import assert from 'node:assert/strict'
import test from 'node:test'
import { InvalidObjectError } from '../../../src/results/invalid-object-error.ts'
import { decodeDelayModel, encodeDelayModel } from '../../../src/results/parquet/delay-model.ts'
import { decodeDelayTable, encodeDelayTable } from '../../../src/results/parquet/delay-table.ts'
import { delayModel, delayTable } from '../tables.ts'

test('a delay model comes back as it was, with durations that are a dictionary or not', () => {
  for (const rows of [1, 2, 1025, 3000]) {
    const model = delayModel(rows)
    assert.deepEqual(decodeDelayModel(encodeDelayModel(model)), model, `${rows} rows`)
  }
  const wide = { ...delayModel(3), durationMinutes: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) }
  assert.deepEqual(decodeDelayModel(encodeDelayModel(wide)), wide)
})

test('a model is not taken for a delay table, nor a table for a model', () => {
  const [table, model] = [encodeDelayTable(delayTable(9)), encodeDelayModel(delayModel(9))]
  assert.throws(() => decodeDelayTable(model), /has the columns \(scenario_id INT32, duration_in_minutes INT32/)
  assert.throws(() => decodeDelayModel(table), /has the columns \(scenario_id INT32, delay_in_minutes DOUBLE/)
  assert.throws(() => decodeDelayModel(table), InvalidObjectError)
})
