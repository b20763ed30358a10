import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBodies, differingKeys, resultObjects, sayDifference } from '../../src/compare/first-difference.ts'
import { encodeDelayTable } from '../../src/results/parquet/delay-table.ts'
import { makeEntry, makeUnrun } from '../report/documents.ts'

const KEY = 'delays/seq-0001-leg-1.parquet'

function delays(change: { row?: number; delay?: number; value3?: number; rows?: number } = {}): Uint8Array {
  const { row = 0, delay, value3, rows = 100 } = change
  const column = (from: number) => Float64Array.from({ length: rows }, (_, at) => from + at)
  const table = {
    delayMinutes: column(-10),
    dataValues: [column(1), column(2), column(3), column(4)] as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ],
  }
  if (delay !== undefined) table.delayMinutes[row] = delay
  if (value3 !== undefined) table.dataValues[2][row] = value3
  return encodeDelayTable(table)
}

test('of parquet files the first differing row and column are named, with both values', () => {
  const found = compareBodies(KEY, delays({ row: 42, delay: 7 }), delays({ row: 42, delay: 8 }))
  assert.deepEqual(found, { kind: 'row', key: KEY, row: 42, column: 'delay_in_minutes', a: 7, b: 8 })
  assert.equal(sayDifference(found), `${KEY}, row 42, delay_in_minutes: 7 on side a, 8 on side b`)
  const later = compareBodies(KEY, delays({ row: 5, value3: 1000 }), delays({ row: 5, value3: 2000 }))
  assert.deepEqual(later, { kind: 'row', key: KEY, row: 5, column: 'data_value_3', a: 1000, b: 2000 })
})

test('a shorter parquet file differs in the row it lacks', () => {
  const found = compareBodies(KEY, delays({ rows: 10 }), delays({ rows: 12 }))
  assert.deepEqual(found, { kind: 'row', key: KEY, row: 10, column: 'delay_in_minutes', a: null, b: 0 })
  assert.match(sayDifference(found), /row 10, delay_in_minutes: no such row on side a, 0 on side b/)
})

test('of JSON documents the first differing member is named by its path', () => {
  const body = (value: unknown) => Buffer.from(JSON.stringify(value))
  const found = compareBodies('m.json', body({ 7: { p50: 1, p99: 2 } }), body({ 7: { p50: 1, p99: 3 } }))
  assert.deepEqual(found, { kind: 'value', key: 'm.json', path: '7.p99', a: '2', b: '3' })
  const missing = compareBodies('m.json', body({ a: 1 }), body({ a: 1, b: [1] }))
  assert.deepEqual(missing, { kind: 'value', key: 'm.json', path: 'b', a: 'nothing', b: '[1]' })
})

test('other bytes for the same values, and bytes that are not what they should be, are told by their offset', () => {
  const same = compareBodies('m.json', Buffer.from('{"a":1}'), Buffer.from('{"a": 1}'))
  assert.deepEqual(same, { kind: 'bytes', key: 'm.json', offset: 5, why: 'the values are the same' })
  const whole = delays()
  const damaged = compareBodies(KEY, whole, whole.subarray(0, 50))
  assert.equal(damaged.kind, 'bytes')
  assert.equal(damaged.kind === 'bytes' && damaged.offset, 50)
})

test('only done results count, and keys come in the order of their code points', () => {
  const entry = (key: string, sha256: string) => makeEntry({ output_key: key, output_sha256: sha256 })
  const prefixes = ['delays/', 'percentiles/']
  const a = resultObjects([entry('percentiles/1.json', 'x'), entry('delays/b', 'x'), entry('models/m', 'x')], prefixes)
  const b = resultObjects([entry('percentiles/1.json', 'y'), entry('delays/a', 'x'), makeUnrun('failed')], prefixes)
  assert.deepEqual(differingKeys(a, b), ['delays/a', 'delays/b', 'percentiles/1.json'])
  assert.deepEqual(differingKeys(a, a), [])
})
