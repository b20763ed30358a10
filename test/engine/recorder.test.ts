import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Figures } from '../../src/engine/figures.ts'
import { encodeFigures, decodeFigures } from '../../src/engine/figures-encoding.ts'
import { createRecorder, OTHER, SERIES_LIMIT } from '../../src/engine/recorder.ts'

const START_MS = 5000

function recorded() {
  const windows: { number: number; figures: Figures }[] = []
  const recorder = createRecorder({
    shard: 3,
    onWindow: ({ number, figures }) => windows.push({ number, figures: decodeFigures(encodeFigures(figures)) }),
  })
  recorder.begin(START_MS)
  const at = (endedAtMs: number, outcome = 'ok') => ({
    outcome,
    intendedAtMs: START_MS,
    sentAtMs: START_MS + 10,
    endedAtMs,
  })
  return { recorder, windows, at }
}

test('response time counts from the intended start, service time from the send', () => {
  const { recorder, at } = recorded()
  recorder.record('buy', at(START_MS + 30))
  const { responseTime, serviceTime } = recorder.total.steps.get('buy')!.outcomes.get('ok')!
  assert.deepEqual([responseTime.maxUs, serviceTime.maxUs], [30_000, 20_000])
})

test('a sample belongs to the second in which it ended, and windows are numbered without a gap', () => {
  const { recorder, windows, at } = recorded()
  recorder.record('buy', at(START_MS + 100))
  recorder.record('buy', at(START_MS + 3200))
  recorder.finish(START_MS + 3500)
  assert.deepEqual(
    windows.map(({ number, figures }) => [number, figures.steps.get('buy')?.count ?? 0]),
    [
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 1],
    ],
  )
  assert.equal(recorder.windows, 4)
})

test('a sample of a window that was handed out counts in the one that is open', () => {
  const { recorder, windows, at } = recorded()
  recorder.advance(START_MS + 1000)
  recorder.record('buy', at(START_MS + 999))
  recorder.finish(START_MS + 2000)
  assert.deepEqual(
    windows.map(({ figures }) => figures.steps.get('buy')?.count ?? 0),
    [0, 1],
  )
})

test('a run that ends with a window has no window of nothing behind it', () => {
  const { recorder, windows } = recorded()
  recorder.finish(START_MS + 2000)
  assert.equal(windows.length, 2)
})

test('samples after the end are counted apart', () => {
  const { recorder, at } = recorded()
  recorder.finish(START_MS + 100)
  recorder.record('buy', at(START_MS + 120))
  assert.equal(recorder.afterEnd, 1)
  assert.equal(recorder.total.steps.size, 0)
})

test('bytes, statuses and error classes are kept by step and outcome', () => {
  const { recorder, at } = recorded()
  recorder.record('buy', { ...at(START_MS + 20), status: 200, bytesSent: 100, bytesReceived: 1000 })
  recorder.record('buy', { ...at(START_MS + 20), status: 200, bytesSent: 100, bytesReceived: 1000 })
  recorder.record('buy', { ...at(START_MS + 25, 'http_5xx'), status: 503 })
  const { outcomes } = recorder.total.steps.get('buy')!
  assert.deepEqual([...outcomes.keys()], ['ok', 'http_5xx'])
  assert.deepEqual([...outcomes.get('ok')!.statuses], [[200, 2]])
  assert.deepEqual([outcomes.get('ok')!.bytesSent, outcomes.get('ok')!.bytesReceived], [200, 2000])
  assert.deepEqual([...outcomes.get('http_5xx')!.statuses], [[503, 1]])
})

test('late and dropped starts are counted', () => {
  const { recorder } = recorded()
  recorder.started(START_MS, 0.2, false)
  recorder.started(0, 5, true)
  recorder.dropped(0)
  assert.deepEqual(recorder.total.starts, { due: 3, started: 2, late: 1, dropped: 1 })
  assert.equal(recorder.total.slip.maxUs, 5000)
})

test('a window keeps the highest of a level, the next begins where it stands, and totals keep none', () => {
  const { recorder, windows } = recorded()
  for (const users of [3, 9, 4]) recorder.level('vus', users)
  recorder.advance(START_MS + 1000)
  recorder.level('vus', 2)
  recorder.advance(START_MS + 2000)
  recorder.finish(START_MS + 2500)
  assert.deepEqual(
    windows.map(({ figures }) => figures.levels.get('vus')),
    [9, 4, 2],
  )
  assert.equal(recorder.total.levels.size, 0)
})

test('names without end share one entry, and nothing is lost', () => {
  const { recorder, at } = recorded()
  const names = SERIES_LIMIT.steps + 100
  for (let id = 0; id < names; id++) recorder.record(`/products/${id}`, at(START_MS + 20))
  assert.equal(recorder.total.steps.size, SERIES_LIMIT.steps + 1)
  assert.equal(recorder.total.steps.get(OTHER)!.count, 100)
})
