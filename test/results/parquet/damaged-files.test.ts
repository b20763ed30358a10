import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { InvalidObjectError } from '../../../src/results/invalid-object-error.ts'
import { decodeDeltaPacked, writeDeltaHeader } from '../../../src/results/parquet/delta-packed.ts'
import { decodeDelayTable, encodeDelayTable } from '../../../src/results/parquet/delay-table.ts'
import type { DelayTable } from '../../../src/results/stores.ts'
import { stream } from '../../../src/scenario/stream.ts'
import { openDuckDb } from '../duckdb.ts'
import { delayTable, tableOf } from '../tables.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** What reading gives: the table, or why not. Any other error, above all a RangeError of ours, fails the test. */
function read(bytes: Uint8Array): DelayTable | InvalidObjectError {
  try {
    return decodeDelayTable(bytes)
  } catch (error) {
    if (error instanceof InvalidObjectError) return error
    throw error
  }
}

const TABLES = { packed: delayTable(1100), plain: tableOf([0.5, -1, 1e6], [-1, 2 ** 50, 3]) }

for (const [name, table] of Object.entries(TABLES)) {
  test(`a ${name} file cut anywhere is refused`, () => {
    const bytes = encodeDelayTable(table)
    for (let length = 0; length < bytes.length; length += length < 1000 || length > bytes.length - 1000 ? 1 : 17) {
      assert.ok(read(bytes.subarray(0, length)) instanceof InvalidObjectError, `cut to ${length} bytes`)
    }
  })

  test(`a ${name} file with flipped bytes is refused, or read as what it was`, () => {
    const bytes = encodeDelayTable(table)
    const draws = stream(1, 'flips')
    for (let round = 0; round < 4000; round++) {
      const damaged = bytes.slice()
      for (let flip = draws.integer(1, 3); flip > 0; flip--) {
        // Half of them in the metadata, where a flip says something else instead of something wrong.
        const from = draws.integer(0, 1) === 0 ? 0 : bytes.length - 500
        damaged[draws.integer(Math.max(0, from), bytes.length - 1)] ^= draws.integer(1, 255)
      }
      const result = read(damaged)
      if (!(result instanceof InvalidObjectError)) assert.deepEqual(result, table)
    }
  })
}

test('a file of another program is refused by what differs', async (t) => {
  const path = join(await temporaryFolder(t), 'foreign.parquet')
  const query = await openDuckDb(t)
  const dataValues = [1, 2, 3, 4].map((k) => `range AS data_value_${k}`).join()
  await query(
    `COPY (SELECT range::INT AS scenario_id, range::DOUBLE AS delay_in_minutes, ${dataValues} FROM range(10))
     TO '${path}' (FORMAT parquet)`,
  )
  const foreign = await readFile(path)
  assert.throws(
    () => decodeDelayTable(foreign),
    /has the columns \(scenario_id INT32 not required, .*expected \(scenario_id INT32, delay/,
  )
  assert.throws(() => decodeDelayTable(new Uint8Array([1, 2, 3])), /has 3 bytes, too few for a parquet file/)
  assert.throws(
    () => decodeDelayTable(Buffer.from('{"percentile_50": 1}')),
    /does not begin with PAR1: not a parquet file/,
  )
})

test('a few bytes cannot ask for the memory of ten million rows', () => {
  const rows = 10_000_000
  const page = new Uint8Array(100)
  const length = writeDeltaHeader(page, 0, rows, 0)
  assert.throws(
    () => decodeDeltaPacked(page.subarray(0, length + 20), rows),
    /has \d+ bytes, too few for 10000000 rows/,
  )
})
