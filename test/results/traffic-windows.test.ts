import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MergedWindow } from '../../src/engine/window-merger.ts'
import { InvalidObjectError } from '../../src/results/invalid-object-error.ts'
import { encodeWindows, readWindows } from '../../src/results/traffic-windows.ts'

const windows = fc
  .uniqueArray(
    fc.record(
      {
        number: fc.integer({ min: 0, max: 100_000 }),
        shards: fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 5 }),
        figures: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
      },
      { noNullPrototype: true },
    ),
    { selector: ({ number }) => number, maxLength: 20 },
  )
  .map((all): MergedWindow[] => all.sort((a, b) => a.number - b.number))

test('windows come back as they were written, and have one encoding', () => {
  fc.assert(
    fc.property(windows, (given) => {
      const bytes = encodeWindows(given)
      const read = Array.from(readWindows(bytes), (window) => ({ ...window, figures: Uint8Array.from(window.figures) }))
      assert.deepEqual(read, given)
      assert.deepEqual(encodeWindows(read), bytes)
    }),
  )
})

test('bytes that were changed, cut or added to are never taken for windows', () => {
  fc.assert(
    fc.property(windows, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, by) => {
      const bytes = encodeWindows(given)
      const changed = Uint8Array.from(bytes)
      changed[where % bytes.length] ^= by
      const cut = bytes.subarray(0, where % bytes.length)
      const longer = Buffer.concat([bytes, Buffer.of(by)])
      for (const wrong of [changed, cut, longer]) assert.throws(() => [...readWindows(wrong)], InvalidObjectError)
    }),
  )
})

test('a version of the future is told by its number', () => {
  const bytes = encodeWindows([])
  bytes[4] = 2
  assert.throws(() => readWindows(bytes), /holds windows of version 2, only 1 is known/)
})

test('windows out of order are refused', () => {
  const window = (number: number): MergedWindow => ({ number, shards: [0], figures: new Uint8Array() })
  assert.throws(() => encodeWindows([window(1), window(1)]), /window 1 must come before window 1/)
})
