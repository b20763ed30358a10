import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { advance, createProgress, renderLive, renderPlain, type ProgressState } from '../../src/report/progress.ts'

const PLAN = { 'delay-model': 80, 'flight-leg': 1122, percentiles: 200, merge: 1 }

function progressed(changes: { elapsedMs: number; done: number }, state: ProgressState): ProgressState {
  return advance(state, {
    type: 'progress',
    doneByKind: { 'flight-leg': changes.done },
    queued: 60,
    ready: 20,
    failed: 0,
    blocked: 0,
    elapsedMs: changes.elapsedMs,
  })
}

/** `ratePerSecond` jobs done every second for `seconds`, told ten times a second. */
function steady(seconds: number, ratePerSecond: number, state = createProgress(PLAN), from = 0): ProgressState {
  const start = state.done
  for (let tick = 0; tick <= seconds * 10; tick++) {
    const done = start + Math.floor((tick * ratePerSecond) / 10)
    state = progressed({ elapsedMs: from + tick * 100, done }, state)
  }
  return state
}

test('before anything is known it says so instead of guessing', () => {
  assert.equal(renderPlain(createProgress(PLAN)), '0.0s  0/1403 jobs (0 %)  —  backlog 0  eta —  failed 0')
  assert.equal(renderPlain(createProgress()), '0.0s  0/0 jobs (0 %)  —  backlog 0  eta —  failed 0')
})

test('a steady run has a rate, a backlog and an estimate', () => {
  const plain = renderPlain(steady(5, 100))
  assert.equal(plain, '5.0s  500/1403 jobs (35 %)  100/s  backlog 80  eta 10 s  failed 0')
})

test('the rate forgets what is longer ago than ten seconds', () => {
  const slowed = steady(12, 10, steady(5, 100), 5000)
  assert.ok(Math.abs(slowed.ratePerSecond! - 10) < 0.5)
})

test('a run that is taken up again does not count what was done before as speed', () => {
  const resumed = progressed(
    { elapsedMs: 1000, done: 1005 },
    progressed({ elapsedMs: 0, done: 1000 }, createProgress(PLAN)),
  )
  assert.equal(resumed.ratePerSecond, 5)
})

test('the estimate waits until the rate means something, and is zero at the end', () => {
  assert.equal(steady(1, 100).etaMs, null)
  const end = advance(createProgress({ merge: 1 }), {
    type: 'progress',
    doneByKind: { merge: 1 },
    queued: 0,
    ready: 0,
    failed: 0,
    blocked: 0,
    elapsedMs: 10,
  })
  assert.equal(end.etaMs, 0)
})

test('a stalled run has no estimate', () => {
  const stalled = steady(15, 0)
  assert.equal(stalled.ratePerSecond, 0)
  assert.equal(stalled.etaMs, null)
})

test('the live view has a bar per kind, in the order of the plan, and never says 100 % early', () => {
  const lines = renderLive(steady(5, 100), 80).split('\n')
  assert.deepEqual(
    lines.slice(0, 4).map((line) => line.trim().split(' ')[0]),
    Object.keys(PLAN),
  )
  assert.match(lines[1], /━+─+ +500\/1,122$/)
  const almost = advance(createProgress({ leg: 100_000 }), {
    type: 'progress',
    doneByKind: { leg: 99_999 },
    queued: 1,
    ready: 0,
    failed: 0,
    blocked: 0,
    elapsedMs: 1,
  })
  assert.match(renderPlain(almost), /\(99 %\)/)
  assert.match(renderLive(almost, 80), /━─ /)
})

test('many kinds do not fill the screen', () => {
  const kinds = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`kind-${i}`, 1]))
  const lines = renderLive(createProgress(kinds), 80).split('\n')
  assert.equal(lines.length, 14)
  assert.ok(lines.includes('  and 30 more kinds'))
})

test('whatever is told, nothing shown is negative, NaN, infinite or wider than the terminal', () => {
  const number = fc.oneof(fc.double(), fc.integer())
  const event = fc.record({
    type: fc.constant('progress' as const),
    doneByKind: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), number),
    queued: number,
    ready: number,
    failed: number,
    blocked: number,
    elapsedMs: number,
  })
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 0, max: 200 }), (events, width) => {
      const state = events.reduce<ProgressState>(advance, createProgress({ a: 10, b: 3 }))
      for (const text of [renderPlain(state), renderLive(state, width)]) {
        assert.doesNotMatch(text, /NaN|Infinity|undefined| -\d/)
      }
      for (const line of renderLive(state, width).split('\n')) assert.ok(line.length <= width)
    }),
  )
})

test('the window stays small however many events there are', () => {
  let state = createProgress(PLAN)
  for (let i = 0; i < 20_000; i++) state = progressed({ elapsedMs: i * 2, done: Math.floor(i / 100) }, state)
  assert.ok(state.samples.length <= 110)
})
