import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeFigures } from '../../src/engine/figures-encoding.ts'
import { createRunFigures } from '../../src/results/traffic-run-figures.ts'
import { figuresOf, happening } from './traffic-figures-of.ts'

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

test('a run longer than 600 windows has wider slices, and nothing is lost in them', () => {
  const run = createRunFigures()
  for (let number = 0; number < 2000; number++) {
    run.add(
      number,
      figuresOf([{ step: 'home', outcome: number % 10 === 0 ? 'timeout' : 'ok', ms: 1 + (number % 7) }], number),
    )
  }
  const { timeline, heat, heatBoundsMs, windows, total, levels } = run.finish()
  assert.equal(windows, 2000)
  assert.equal(timeline.slice_ms, 4000)
  assert.equal(timeline.due.length, 500)
  assert.deepEqual([sum(timeline.due), sum(timeline.ok), sum(timeline.failed)], [2000, 1800, 200])
  assert.deepEqual(timeline.vus.slice(0, 2), [3, 7])
  assert.equal(levels.get('vus'), 1999)
  assert.equal(total.levels.size, 0)
  assert.equal(timeline.max[0], 4)
  assert.equal(heat.length, 500)
  assert.ok(heatBoundsMs.length <= 60)
  assert.ok(heat.every((row) => row.length === heatBoundsMs.length && sum(row) === 4))
})

test('seconds in which nothing ended have no latency', () => {
  const run = createRunFigures()
  run.add(2, figuresOf([{ step: 'home', outcome: 'ok', ms: 20 }]))
  const { timeline, heat } = run.finish()
  assert.deepEqual(timeline.p50, [null, null, 20])
  assert.deepEqual(heat.map(sum), [0, 0, 1])
})

test('a run in which nothing ended has a timeline and no heat', () => {
  const run = createRunFigures()
  run.add(0, figuresOf([]))
  const { timeline, heatBoundsMs, heat } = run.finish()
  assert.deepEqual([timeline.due, heatBoundsMs, heat], [[0], [], [[]]])
})

test('windows add up to the same in any order', () => {
  const given = fc.array(fc.array(happening, { maxLength: 4 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(given, fc.infiniteStream(fc.nat()), (windows, order) => {
      const numbered = windows.map((happenings, number) => ({ number: number * 150, figures: figuresOf(happenings) }))
      const shuffled = numbered
        .map((window) => ({ window, at: order.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ window }) => window)
      const [a, b] = [numbered, shuffled].map((all) => {
        const run = createRunFigures()
        for (const { number, figures } of all) run.add(number, figures)
        const { total, ...rest } = run.finish()
        return { ...rest, total: encodeFigures(total) }
      })
      assert.deepEqual(a, b)
      for (const [at, row] of a.heat.entries()) assert.equal(sum(row), a.timeline.ok[at] + a.timeline.failed[at])
    }),
    { numRuns: 50 },
  )
})
