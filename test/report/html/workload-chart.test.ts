import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { isDrawn } from '../../../src/report/html/figure.ts'
import { workloadFigure } from '../../../src/report/html/workload-chart.ts'
import { makeChart } from '../documents.ts'
import type { Chart } from '../../../src/workloads/workload.ts'

const OPTION = z.object({
  xAxis: z.object({ type: z.string() }),
  series: z.array(z.object({ color: z.string(), data: z.array(z.unknown()) })),
})

function draw(changes: Partial<Chart>) {
  const figure = workloadFigure(makeChart(changes), 0)
  assert.ok(isDrawn(figure))
  return { ...figure, option: OPTION.parse(figure.option) }
}

test('bars stand on categories, lines over ascending numbers on a scale', () => {
  assert.equal(draw({ kind: 'bar' }).option.xAxis.type, 'category')
  assert.equal(draw({ kind: 'line' }).option.xAxis.type, 'value')
  assert.equal(draw({ kind: 'line', x: ['DUB', 'LHR', 'CDG', 'AMS'] }).option.xAxis.type, 'category')
  assert.equal(draw({ kind: 'line', x: [3, 1, 2, 4] }).option.xAxis.type, 'category')
})

function colors(names: readonly string[]): string[] {
  const series = names.map((name) => ({ name, y: [1, 2, 3, 4] }))
  return draw({ series }).option.series.map(({ color }) => color)
}

test('series of equal rank differ in hue, percentiles in strength', () => {
  assert.deepEqual(colors(['sent', 'received', 'lost']), ['var(--s1)', 'var(--s2)', 'var(--s3)'])
  assert.deepEqual(colors(['p50', 'p90', 'p99.9']), ['var(--r1)', 'var(--r4)', 'var(--r7)'])
})

test('too many points are thinned out to the largest of their neighbours, and the note says so', () => {
  const x = Array.from({ length: 5000 }, (_, i) => i)
  const y = x.map((value) => (value === 3333 ? 99 : null))
  const figure = draw({ kind: 'line', x, series: [{ name: 'peak', y }] })
  assert.equal(figure.option.series[0].data.length, 1000)
  assert.deepEqual(figure.option.series[0].data[666], [3330, 99])
  assert.match(figure.note, /Each point is the largest of 5 neighbours/)
})

test('a gap is a gap in the chart and a dash in the table', () => {
  const figure = draw({ kind: 'line', x: [1, 2], series: [{ name: 'a', y: [1.23456, null] }] })
  assert.deepEqual(figure.option.series[0].data, [
    [1, 1.23456],
    [2, null],
  ])
  assert.deepEqual(figure.table.rows, [
    ['1', '1.235'],
    ['2', '—'],
  ])
})
