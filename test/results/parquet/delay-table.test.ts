import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { decodeDelayTable, encodeDelayTable } from '../../../src/results/parquet/delay-table.ts'
import { column, delayTable, fourColumns, tableOf } from '../tables.ts'

test('a table of any length that ends in, at or after a block comes back as it was', () => {
  for (const rows of [1, 2, 7, 8, 9, 16, 1023, 1024, 1025, 1026, 2048, 2049, 2050, 3000]) {
    const table = delayTable(rows)
    assert.deepEqual(decodeDelayTable(encodeDelayTable(table)), table, `${rows} rows`)
  }
})

test('whatever finite delays and safe whole numbers a table holds come back', () => {
  const delay = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -200, max: 2000 }) },
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
  )
  const kinds = [fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.nat({ max: 300 }), fc.maxSafeNat(), fc.maxSafeInteger()]
  const row = fc.tuple(delay, ...kinds)
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 1500 }), (rows) => {
      const table = {
        delayMinutes: column(rows.length, (i) => rows[i][0] + 0),
        dataValues: fourColumns((k) => column(rows.length, (i) => rows[i][k + 1] + 0)),
      }
      assert.deepEqual(decodeDelayTable(encodeDelayTable(table)), table)
    }),
    { numRuns: 200 },
  )
})

test('steps on either side of every byte width come back', () => {
  const delays = Array.from({ length: 100 }, () => 5)
  for (const step of [0, 1, 2, 3, 4, 5].flatMap((bytes) => [256 ** bytes - 1, 256 ** bytes])) {
    // Every other step is 0, so that this step is the range.
    const table = tableOf(delays, delays.map((_, i) => Math.ceil(i / 2) * step)) // prettier-ignore
    assert.deepEqual(decodeDelayTable(encodeDelayTable(table)), table, `step ${step}`)
  }
  const widest = tableOf(delays, delays.map((_, i) => (i % 2) * (2 ** 47 - 1))) // prettier-ignore
  assert.deepEqual(decodeDelayTable(encodeDelayTable(widest)), widest)
})

test('values from 2^47 on and negative ones are stored plainly and come back', () => {
  for (const special of [2 ** 47 - 1, 2 ** 47, 2 ** 52, Number.MAX_SAFE_INTEGER, -1, Number.MIN_SAFE_INTEGER]) {
    const table = tableOf([0, 0, 0], [1, special, 2])
    assert.deepEqual(decodeDelayTable(encodeDelayTable(table)), table, String(special))
  }
})

test('delays that are not whole or lie far apart are stored plainly and come back', () => {
  for (const delays of [
    [0.5, 1, 2],
    [0, 1e9, -1e9],
    [1e300, -1e300, 0],
  ]) {
    const table = tableOf(delays, [1, 2, 3])
    assert.deepEqual(decodeDelayTable(encodeDelayTable(table)), table, String(delays))
  }
  const wide = tableOf(
    Array.from({ length: 66_000 }, (_, i) => i * 2),
    Array.from({ length: 66_000 }, () => 0),
  )
  assert.deepEqual(decodeDelayTable(encodeDelayTable(wide)), wide)
})

test('50,000 rows take 1.1 MB at most', () => {
  assert.ok(encodeDelayTable(delayTable(50_000)).length < 1_100_000)
})

test('the same table gives the same bytes, whatever was encoded before it', () => {
  const before = encodeDelayTable(delayTable(700))
  encodeDelayTable(delayTable(5000, 2))
  assert.deepEqual(encodeDelayTable(delayTable(700)), before)
})

test('results share no memory with each other, with the bytes, or with what was encoded', () => {
  const table = delayTable(700)
  const bytes = encodeDelayTable(table)
  const [first, second] = [decodeDelayTable(bytes), decodeDelayTable(bytes)]
  first.delayMinutes.fill(1)
  first.dataValues.forEach((values) => values.fill(1))
  const copy = bytes.slice()
  encodeDelayTable(delayTable(700, 2))
  assert.deepEqual(bytes, copy)
  bytes.fill(0)
  assert.deepEqual(second, table)
})

test('a table is read from the middle of a larger buffer', () => {
  const table = delayTable(300)
  const bytes = encodeDelayTable(table)
  const larger = new Uint8Array(bytes.length + 7)
  larger.set(bytes, 3)
  assert.deepEqual(decodeDelayTable(larger.subarray(3, 3 + bytes.length)), table)
})

test('ten million rows are written and read, one more is refused', () => {
  const rows = 10_000_000
  const numbers = column(rows, (i) => i * 7)
  const table = { delayMinutes: column(rows, (i) => i % 100), dataValues: fourColumns(() => numbers) }
  const read = decodeDelayTable(encodeDelayTable(table))
  assert.deepEqual(read.delayMinutes, table.delayMinutes)
  assert.deepEqual(read.dataValues[3], numbers)
  const tooLong = new Float64Array(rows + 1)
  assert.throws(
    () => encodeDelayTable({ delayMinutes: tooLong, dataValues: fourColumns(() => tooLong) }),
    /must have 1-10000000 rows, got 10000001/,
  )
})

test('what cannot be stored is named with its column, its row and its limit', () => {
  const cases: [delays: number[], values: number[], message: RegExp][] = [
    [[], [], /must have 1-10000000 rows, got 0/],
    [[1, 2], [1], /data_value_1 has 1 values and delay_in_minutes 2; they must be equally long/],
    [[1, NaN], [1, 2], /delay_in_minutes in row 1 must be a finite number, got NaN/],
    [[1, 2], [1, 0.5], /data_value_1 in row 1 must be a whole number below 2\^53, got 0.5/],
    [[1, 2], [2 ** 53, 1], /data_value_1 in row 0 must be a whole number below 2\^53, got 9007199254740992/],
    [[1, 2], [NaN, 1], /data_value_1 in row 0 must be a whole number below 2\^53, got NaN/],
  ]
  for (const [delays, values, message] of cases) {
    assert.throws(() => encodeDelayTable(tableOf(delays, values)), { name: 'RangeError', message })
  }
})
