import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDrawn, type EmptyFigure, type Figure } from '../../../src/report/html/figure.ts'
import { errorsFigure, latencyFigure, throughputFigure } from '../../../src/report/html/traffic/charts.ts'
import { heatFigure } from '../../../src/report/html/traffic/heat.ts'
import { timeAxis } from '../../../src/report/html/traffic/time-axis.ts'
import { aTimeline, aTrafficDocument } from '../a-traffic-document.ts'

interface Drawn {
  readonly xAxis: { readonly name: string; readonly axisLabel?: { readonly interval: number } }
  readonly yAxis: readonly { readonly min: number; readonly max: number }[]
  readonly series: readonly { readonly name: string; readonly data: readonly Datum[] }[]
  readonly visualMap: { readonly max: number }
}
type Datum = readonly (number | null)[] | { readonly value: readonly (number | null)[] }

function drawn(figure: Figure | EmptyFigure): Drawn {
  assert.ok(isDrawn(figure))
  return figure.option as unknown as Drawn
}

function withLatency(values: readonly (number | null)[]) {
  const timeline = {
    ...aTimeline(),
    ...Object.fromEntries(['p50', 'p90', 'p95', 'p99', 'max'].map((name) => [name, values])),
  }
  return aTrafficDocument({ timeline })
}

test('a logarithmic axis begins and ends at 1, 2 or 5 times a power of ten, with every value in between', () => {
  const value = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 3_600_000, noNaN: true }))
  fc.assert(
    fc.property(fc.array(value, { minLength: 11, maxLength: 11 }), (values) => {
      const known = values.flatMap((one) => (one === null ? [] : Math.max(one, 0.001)))
      const figure = latencyFigure(withLatency(values))
      assert.equal(isDrawn(figure), known.length > 0)
      if (known.length === 0) return
      const [{ min, max }] = drawn(figure).yAxis
      for (const bound of [min, max]) assert.match(bound.toExponential(), /^[125]e/)
      assert.ok(min > 0 && known.every((one) => min <= one && one <= max), `${min} ${max}`)
      for (const { data } of drawn(figure).series) {
        for (const datum of data) {
          const [, y] = 'value' in datum ? datum.value : datum
          assert.ok(y === null || y > 0)
        }
      }
    }),
  )
})

test('the bands are drawn from the highest down, each over the one before, and listed the other way round', () => {
  const figure = latencyFigure(aTrafficDocument())
  assert.deepEqual(
    drawn(figure).series.map(({ name }) => name),
    ['p99', 'p95', 'p90', 'p50', 'max'],
  )
  assert.ok(isDrawn(figure))
  assert.deepEqual(figure.table.columns, ['time (s)', 'p50', 'p90', 'p95', 'p99', 'max'])
  assert.deepEqual(figure.table.rows[0], ['0', '16', '25', '38', '75', '150'])
  assert.deepEqual(figure.table.rows[10], ['10', '2001', '—', '—', '—', '2004.2'])
})

test('a point that is alone between gaps is seen', () => {
  const values = Array.from({ length: 11 }, (_, at) => (at === 4 || at >= 8 ? 20 : null))
  const [{ data }] = drawn(latencyFigure(withLatency(values))).series
  assert.deepEqual(
    data.flatMap((datum, at) => ('value' in datum ? [at] : [])),
    [4],
  )
})

test('counts are told per second, however long a slice is', () => {
  const timeline = { ...aTimeline(), slice_ms: 4000 }
  const { series } = drawn(throughputFigure(aTrafficDocument({ timeline })))
  const due = series.find(({ name }) => name === 'iterations due')!
  assert.deepEqual(due.data.slice(0, 2), [
    [0, 25],
    [4, 25],
  ])
})

test('the share of errors is one of what ended, and of nothing there is none', () => {
  const timeline = {
    ...aTimeline(),
    ok: [3, 0, ...Array<number>(9).fill(1)],
    failed: [1, 0, ...Array<number>(9).fill(0)],
  }
  const { series } = drawn(errorsFigure(aTrafficDocument({ timeline })))
  assert.deepEqual(
    series[1].data.slice(0, 3).map((datum) => ('value' in datum ? datum.value[1] : datum[1])),
    [25, null, 0],
  )
})

test('the heat map has every answer once, in its slice and its range', () => {
  const document = aTrafficDocument()
  const figure = heatFigure(document)
  const [{ data }] = drawn(figure).series
  const counted = (data as readonly number[][]).reduce((sum, [, , count]) => sum + count, 0)
  const all = document.heat.flat().reduce((sum, count) => sum + count, 0)
  assert.equal(counted, all)
  assert.ok(isDrawn(figure))
  assert.equal(
    figure.table.rows.reduce((sum, [, count]) => sum + Number(count.replaceAll(',', '')), 0),
    all,
  )
  assert.ok(drawn(figure).visualMap.max >= Math.sqrt(80) - 0.001)
})

test('ranges that nothing fell into are left out at both ends, and kept in between', () => {
  const heat = aTrafficDocument().heat.map(() => [0, 5, 0, 2, 0])
  const figure = heatFigure(aTrafficDocument({ heat }))
  assert.ok(isDrawn(figure))
  assert.deepEqual(
    figure.table.rows.map(([range]) => range),
    ['≤ 20.0 ms', '≤ 50.0 ms', '≤ 100 ms'],
  )
})

test('time is told in the unit of its length, with whole labels and not too many', () => {
  const axis = (slices: number, slice_ms: number) => timeAxis({ slice_ms, due: Array<number>(slices).fill(0) })
  assert.deepEqual([axis(11, 1000).unit, axis(11, 1000).labelEvery], ['s', 1])
  assert.deepEqual([axis(121, 1000).unit, axis(121, 1000).labelEvery], ['s', 10])
  assert.deepEqual([axis(450, 2000).unit, axis(450, 2000).labelEvery], ['min', 60])
  assert.deepEqual([axis(600, 64_000).unit, axis(600, 64_000).times[1]], ['h', 0.018])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 8 }), (slices, doublings) => {
      const { labelEvery, times } = axis(slices, 1000 * 2 ** doublings)
      assert.ok(Number.isInteger(labelEvery) && slices / labelEvery <= 13.01)
      assert.equal(times.length, slices)
    }),
  )
})
