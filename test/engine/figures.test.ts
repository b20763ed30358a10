import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Figures } from '../../src/engine/figures.ts'
import { addEncodedFigures, decodeFigures, encodeFigures } from '../../src/engine/figures-encoding.ts'
import { createRecorder, type Recorder } from '../../src/engine/recorder.ts'

type Event = (recorder: Recorder) => void

const name = fc.constantFrom('browse', 'checkout', 'Ä', '')
const ms = fc.integer({ min: 0, max: 900 })
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(name, fc.constantFrom('ok', 'timeout'), ms, fc.option(fc.constantFrom(200, 503))).map(
    ([step, outcome, endedAtMs, status]): Event =>
      (recorder) =>
        recorder.record(step, {
          outcome,
          intendedAtMs: 0,
          sentAtMs: endedAtMs / 2,
          endedAtMs,
          bytesReceived: 7,
          ...(status && { status }),
        }),
  ),
  fc.tuple(name, ms).map(
    ([step, took]): Event =>
      (recorder) =>
        recorder.timing(step, 'connect', took),
  ),
  name.map(
    (counter): Event =>
      (recorder) =>
        recorder.count(counter),
  ),
  ms.map(
    (slip): Event =>
      (recorder) =>
        recorder.started(0, slip, slip > 1),
  ),
  fc.constant<Event>((recorder) => recorder.dropped(0)),
)

function encodedOf(events: readonly Event[]): Uint8Array<ArrayBuffer> {
  const recorder = createRecorder({ shard: 0, onWindow: () => undefined })
  recorder.begin(0)
  for (const happen of events) happen(recorder)
  return encodeFigures(recorder.total)
}

test('however events are spread over shards and merged, the bytes are those of one recorder', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (events, choices) => {
      const shards = events.map((happen) => encodedOf([happen]))
      const merged = new Figures()
      while (shards.length > 0) {
        const [bytes] = shards.splice(choices.next().value % shards.length, 1)
        if (choices.next().value % 2 === 0) addEncodedFigures(bytes, merged)
        else merged.merge(decodeFigures(bytes))
      }
      assert.deepEqual(encodeFigures(merged), encodedOf(events))
    }),
  )
})

test('figures that were cleared and used again have the bytes of new ones', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), fc.array(event, { maxLength: 20 }), (before, after) => {
      const figures = decodeFigures(encodedOf(before))
      figures.clear()
      addEncodedFigures(encodedOf(after), figures)
      assert.deepEqual(encodeFigures(figures), encodedOf(after))
    }),
  )
})

test('what is cut, longer or of another version is refused', () => {
  const bytes = encodedOf([(recorder) => recorder.count('checks', 300), (recorder) => recorder.started(0, 5, true)])
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeFigures(bytes.slice(0, length)), RangeError)
  }
  assert.throws(() => decodeFigures(new Uint8Array([...bytes, 0])), /follow the figures/)
  assert.throws(() => decodeFigures(new Uint8Array([9, ...bytes.slice(1)])), /version 9/)
})

test('a record inside a larger object is read in its place, and never beyond its end', () => {
  const bytes = encodedOf([(recorder) => recorder.count('checks', 300), (recorder) => recorder.started(0, 5, true)])
  const larger = new Uint8Array([7, 7, ...bytes, ...bytes])
  const figures = new Figures()
  addEncodedFigures(larger, figures, 2, 2 + bytes.length)
  assert.deepEqual(encodeFigures(figures), bytes)
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => addEncodedFigures(larger, new Figures(), 2, 2 + length), RangeError)
  }
})
