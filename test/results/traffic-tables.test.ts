import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Figures } from '../../src/engine/figures.ts'
import { createWindowsTable, encodeTotalsTable } from '../../src/results/traffic-tables.ts'
import { openDuckDb } from './duckdb.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { figuresOf } from './traffic-figures-of.ts'

test('DuckDB reads every bucket of every window, in several row groups', async (t) => {
  const query = await openDuckDb(t)
  const file = join(await temporaryFolder(t), 'windows.parquet')
  const table = createWindowsTable()
  const windows = 60
  for (let number = 0; number < windows; number++) {
    const figures = new Figures()
    for (const step of ['home', 'ß/ü']) {
      const spread = Array.from({ length: 700 }, (_, at) => ({ step, outcome: 'ok', ms: (0.05 * 1.02 ** at) % 5000 }))
      figures.merge(figuresOf([...spread, { step, outcome: 'timeout', ms: 5000 }]))
    }
    table.add(number, figures)
  }
  await writeFile(file, table.finish())
  const [names, types] = await query(`select column_name, column_type from (describe from '${file}')`)
  assert.deepEqual(names, ['step', 'window', 'measure', 'bucket_upper_us', 'count'])
  assert.deepEqual(types, ['VARCHAR', 'BIGINT', 'VARCHAR', 'BIGINT', 'BIGINT'])
  const [groups] = await query(`select count(distinct row_group_id) from parquet_metadata('${file}')`)
  assert.ok(Number(groups[0]) > 1)
  const [steps, measures, counts] = await query(
    `select step, measure, sum(count)::integer from '${file}' group by all order by all`,
  )
  const ofStep = (step: string) => [
    [step, 'response_time/ok', 700 * windows],
    [step, 'response_time/timeout', windows],
    [step, 'service_time/ok', 700 * windows],
    [step, 'service_time/timeout', windows],
    [step, 'waiting', 701 * windows],
  ]
  assert.deepEqual(
    steps.map((step, at) => [step, measures[at], counts[at]]),
    [
      ['', 'iteration/ok', 1400 * windows],
      ['', 'iteration/timeout', 2 * windows],
      ['', 'slip', 1402 * windows],
      ...ofStep('home'),
      ...ofStep('ß/ü'),
    ],
  )
  const [buckets] = await query(
    `select list(bucket_upper_us::integer order by bucket_upper_us) from '${file}' where "window" = 59 and measure = 'response_time/timeout' and step = 'home'`,
  )
  const timedOut = figuresOf([{ step: 'home', outcome: 'timeout', ms: 5000 }])
  const [{ upperUs }] = timedOut.steps.get('home')!.outcomes.get('timeout')!.responseTime.buckets()
  assert.deepEqual((buckets[0] as unknown as { items: unknown[] }).items, [upperUs])
})

test('a shard in which nothing happened has a table without rows', async (t) => {
  const query = await openDuckDb(t)
  const file = join(await temporaryFolder(t), 'delays.parquet')
  await writeFile(file, encodeTotalsTable(new Figures()))
  const [names] = await query(`select column_name from (describe from '${file}')`)
  assert.deepEqual(names, ['step', 'measure', 'bucket_upper_us', 'count'])
  assert.deepEqual(await query(`select count(*)::integer from '${file}'`), [[0]])
})
