import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flights } from '../../../src/workloads/flights/index.ts'
import { runFlights, temporaryStores } from './run-flights.ts'
import { settingsOf } from './settings.ts'

test('the summary gives the range over the sequences of each percentile, and two charts', async (t) => {
  const { stores } = await temporaryStores(t)
  const settings = settingsOf({ sequences: 12, replications: 300 })
  await runFlights(settings, 1, stores)
  const { lines, data, charts } = await flights.summarize(settings, stores)

  const medians = [...(await stores.merged.get()).values()].map(({ percentile_50: p50 }) => p50).sort((a, b) => a - b)
  const spreads = data['final_delay_minutes'] as Record<string, unknown>
  assert.deepEqual(
    Object.keys(spreads),
    [50, 75, 90, 95, 99, 99.5, 99.9].map((p) => `percentile_${p}`),
  )
  assert.deepEqual(spreads['percentile_50'], { min: medians[0], median: medians[5], max: medians[11] })
  assert.match(lines.find(({ label }) => label === 'p50')!.text, new RegExp(`max +${medians[11].toFixed(1)} min`))

  const [histogram, percentiles] = charts
  for (const { x, series } of charts) for (const { y } of series) assert.equal(y.length, x.length)
  const total = histogram.series[0].y.reduce((sum: number, share) => sum + share!, 0)
  assert.ok(Math.abs(total - 100) < 0.01, `${total} %`)
  assert.match(histogram.note, /10 of 12 sequences/)
  assert.deepEqual(
    percentiles.series.map(({ name }) => name),
    ['p50', 'p90', 'p99', 'p99.9'],
  )
  assert.deepEqual(percentiles.series[0].y, medians)
})
