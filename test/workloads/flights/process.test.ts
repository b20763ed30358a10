import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { InvalidInputError, NotFoundError } from '../../../src/errors.ts'
import type { Percentiles } from '../../../src/results/stores.ts'
import { drawDelayModel } from '../../../src/workloads/flights/delay-models.ts'
import { detailsOf, parseDetails } from '../../../src/workloads/flights/job-details.ts'
import { flights } from '../../../src/workloads/flights/index.ts'
import type { PlannedJob } from '../../../src/workloads/workload.ts'
import { contextOf, runFlights, temporaryStores } from './run-flights.ts'
import { settingsOf } from './settings.ts'

const settings = settingsOf({ sequences: 5, replications: 500 })

/** NumPy's default, in the words of its documentation. */
function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below)
}

/** A sequence's delays from its document and fresh models alone: no job, no file between. */
async function delaysOf(folder: string, sequenceId: number): Promise<number[]> {
  const { routes }: { routes: Record<string, string>[] } = JSON.parse(
    await readFile(join(folder, `sequences/${sequenceId}.json`), 'utf8'),
  )
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
  const delays = Array.from({ length: 500 }, () => 0)
  for (const route of routes) {
    const departure = drawDelayModel('departure', route['origin_iata'], 500, 1)
    const landing = drawDelayModel('landing', route['destination_iata'], 500, 1)
    const scheduled = minutes(route['estimated_takeoff_time']) - minutes(route['estimated_gate_open_time'])
    for (let i = 0; i < 500; i++)
      delays[i] += departure.durationMinutes[i] - scheduled + (landing.durationMinutes[i] - 16)
  }
  return delays
}

test('a run of 5 sequences: merged percentiles are those of the delays, added up again by hand', async (t) => {
  const { folder, stores } = await temporaryStores(t)
  const done = await runFlights(settings, 1, stores)
  const merged: Record<string, Record<string, number>> = JSON.parse(
    await readFile(join(folder, 'merged_percentiles/merged_percentiles.json'), 'utf8'),
  )
  assert.deepEqual(Object.keys(merged), ['1', '2', '3', '4', '5'])
  for (const [id, percentiles] of Object.entries(merged)) {
    const sorted = (await delaysOf(folder, Number(id))).sort((a, b) => a - b)
    for (const q of [50, 75, 90, 95, 99, 99.5, 99.9]) {
      const found = percentiles[`percentile_${q}`]
      assert.ok(Math.abs(found - quantile(sorted, q / 100)) < 1e-9, `sequence ${id} p${q}: ${found}`)
    }
    assert.deepEqual(JSON.parse(await readFile(join(folder, `percentiles/${id}.json`), 'utf8')), percentiles)
  }
  assert.equal(done.get('seq-0001-leg-1')!.key, 'delays/seq-0001-leg-1.parquet')
  assert.equal(done.get('seq-0005-percentiles')!.key, 'percentiles/5.json')
})

test('a second run and a redelivered job write the same bytes', async (t) => {
  const first = await temporaryStores(t)
  const second = await temporaryStores(t)
  const done = await runFlights(settings, 1, first.stores)
  assert.deepEqual(await runFlights(settings, 1, second.stores), done)
  const context = contextOf(first.stores)
  for (const job of flights.plan(settings, 1).jobs) {
    assert.deepEqual(await flights.process(job, context), done.get(job.jobId))
  }
})

test('the last leg holds the sum of all data values of its day', async (t) => {
  const { stores } = await temporaryStores(t)
  await runFlights(settings, 1, stores)
  const legs = [...flights.plan(settings, 1).jobs].filter(({ jobId }) => jobId.startsWith('seq-0002-leg-'))
  const expected = new Float64Array(500)
  for (const leg of legs) {
    const day = parseDetails(detailsOf['flight-leg'], leg)
    for (const [direction, iata] of [
      ['departure', day.origin_iata],
      ['landing', day.destination_iata],
    ] as const) {
      const { dataValues } = await stores.models.get(direction, iata)
      for (let i = 0; i < 500; i++) expected[i] += dataValues[3][i]
    }
  }
  assert.deepEqual((await stores.delays.get(legs.at(-1)!.jobId)).dataValues[3], expected)
})

function jobOf(jobId: string): PlannedJob {
  return [...flights.plan(settings, 1).jobs].find((job) => job.jobId === jobId)!
}

test('a malformed job is refused with every fault', async (t) => {
  const { stores } = await temporaryStores(t)
  const job = jobOf('seq-0001-leg-1')
  const { leg: _, ...details } = job.details
  const wrong = { ...job, details: { ...details, replications: 0, origin_iata: 'London' } }
  await assert.rejects(flights.process(wrong, contextOf(stores)), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.match(error.message, /seq-0001-leg-1/)
    assert.deepEqual(error.faults.map(({ path }) => path).toSorted(), [
      'details.leg',
      'details.origin_iata',
      'details.replications',
    ])
    return true
  })
  await assert.rejects(
    flights.process({ ...job, kind: 'toString' }, contextOf(stores)),
    /has kind "toString"; flights knows delay-model/,
  )
})

test('a leg whose models are not there fails with the missing key', async (t) => {
  const { stores } = await temporaryStores(t)
  await assert.rejects(flights.process(jobOf('seq-0001-leg-1'), contextOf(stores)), (error) => {
    assert.ok(error instanceof NotFoundError)
    assert.match(error.key, /^delay_models\/departure\/[A-Z]{3}\.parquet$/)
    return true
  })
})

test('models of another number of replications are refused', async (t) => {
  const { stores } = await temporaryStores(t)
  const leg = jobOf('seq-0001-leg-1')
  for (const need of leg.needs) {
    const model = jobOf(need)
    await flights.process({ ...model, details: { ...model.details, replications: 400 } }, contextOf(stores))
  }
  await assert.rejects(
    flights.process(leg, contextOf(stores)),
    /the departure model has 400 replications, this leg needs 500/,
  )
})

test('the merge of 100 sequences reads each once, at most 16 at a time', async (t) => {
  const { stores } = await temporaryStores(t)
  let [reading, most] = [0, 0]
  const percentiles = (id: number): Percentiles => ({
    percentile_50: id,
    percentile_75: id,
    percentile_90: id,
    percentile_95: id,
    percentile_99: id,
    'percentile_99.5': id,
    'percentile_99.9': id,
  })
  for (let id = 1; id <= 100; id++) await stores.percentiles.store(id, percentiles(id))
  const counted = {
    ...stores,
    percentiles: {
      ...stores.percentiles,
      async get(id: number) {
        most = Math.max(most, ++reading)
        const found = await stores.percentiles.get(id)
        reading--
        return found
      },
    },
  }
  await flights.process({ jobId: 'merge', kind: 'merge', details: { sequences: 100 } }, contextOf(counted))
  assert.equal(most, 16)
  assert.deepEqual((await stores.merged.get()).get(100), percentiles(100))
  assert.equal((await stores.merged.get()).size, 100)
})
