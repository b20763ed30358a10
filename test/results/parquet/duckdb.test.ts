import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { encodeDelayModel } from '../../../src/results/parquet/delay-model.ts'
import { encodeDelayTable } from '../../../src/results/parquet/delay-table.ts'
import { percentilesOf } from '../../../src/results/percentiles.ts'
import type { DelayTable } from '../../../src/results/stores.ts'
import { openDuckDb } from '../duckdb.ts'
import { delayModel, delayTable, tableOf } from '../tables.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const DATA_VALUES = [1, 2, 3, 4].map((k) => `data_value_${k}::DOUBLE`).join()

test('DuckDB reads every value of a delay table, however it is encoded', async (t) => {
  const path = join(await temporaryFolder(t), 'delays.parquet')
  const query = await openDuckDb(t)
  const tables: DelayTable[] = [
    ...[1, 2, 8, 9, 1024, 1025, 1026, 5000].map((rows) => delayTable(rows)),
    tableOf([0.5, -1, 1e6], [-1, 2 ** 53 - 1, 3]),
    tableOf([5, 5, 5, 5, 5, 5, 5, 5, 5], [0, 0, 0, 0, 0, 0, 0, 0, 0]),
    tableOf(
      Array.from({ length: 70_000 }, (_, i) => i % 60_000),
      Array.from({ length: 70_000 }, (_, i) => (i % 1000) ** 4 * 100),
    ),
  ]
  for (const table of tables) {
    await writeFile(path, encodeDelayTable(table))
    const [ids, delays, ...values] = await query(`SELECT scenario_id, delay_in_minutes, ${DATA_VALUES} FROM '${path}'`)
    assert.deepEqual(ids, Array.from(table.delayMinutes.keys()))
    assert.deepEqual(delays, Array.from(table.delayMinutes))
    assert.deepEqual(
      values,
      table.dataValues.map((column) => Array.from(column)),
    )
  }
})

test('DuckDB reads every value of a delay model', async (t) => {
  const path = join(await temporaryFolder(t), 'LHR.parquet')
  const query = await openDuckDb(t)
  const model = delayModel(5000)
  await writeFile(path, encodeDelayModel(model))
  const [durations, ...values] = await query(`SELECT duration_in_minutes, ${DATA_VALUES} FROM '${path}'`)
  assert.deepEqual(durations, Array.from(model.durationMinutes))
  assert.deepEqual(
    values,
    model.dataValues.map((column) => Array.from(column)),
  )
})

test('DuckDB sees the column names, order and types of the layout', async (t) => {
  const path = join(await temporaryFolder(t), 'delays.parquet')
  const query = await openDuckDb(t)
  await writeFile(path, encodeDelayTable(delayTable(3)))
  const [names, types] = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${path}')`)
  const dataValues = ['data_value_1', 'data_value_2', 'data_value_3', 'data_value_4']
  assert.deepEqual(names, ['scenario_id', 'delay_in_minutes', ...dataValues])
  assert.deepEqual(types, ['INTEGER', 'DOUBLE', 'BIGINT', 'BIGINT', 'BIGINT', 'BIGINT'])
})

test('percentiles that DuckDB computes from the file agree with ours within 1e-9', async (t) => {
  const path = join(await temporaryFolder(t), 'delays.parquet')
  const query = await openDuckDb(t)
  for (const rows of [1, 2, 37, 5000]) {
    const table = delayTable(rows)
    await writeFile(path, encodeDelayTable(table))
    const quantiles = '[0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999]'
    const columns = await query(`SELECT unnest(quantile_cont(delay_in_minutes, ${quantiles})) FROM '${path}'`)
    const ours = Object.values(percentilesOf(table.delayMinutes))
    ours.forEach((value, i) =>
      assert.ok(Math.abs(Number(columns[0]?.[i]) - value) < 1e-9, `${rows} rows, ${i}: ${value}`),
    )
  }
})
