import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlannedJob } from '../../../src/workloads/workload.ts'
import { flights } from '../../../src/workloads/flights/index.ts'
import { detailsOf } from '../../../src/workloads/flights/job-details.ts'
import { settingsOf } from './settings.ts'

interface Route {
  readonly origin_iata: string
  readonly destination_iata: string
  readonly estimated_gate_open_time: string
  readonly estimated_takeoff_time: string
  readonly estimated_arrival_time: string
}

function planOf(part: Parameters<typeof settingsOf>[0] = {}, seed = 1) {
  const plan = flights.plan(settingsOf(part), seed)
  const documents = [...plan.documents].map(({ key, body }) => {
    const document: { sequence_id: number; home_airport_iata: string; routes: Route[] } = JSON.parse(body)
    return { key, document }
  })
  return { jobs: [...plan.jobs], documents }
}

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

function ofKind(jobs: readonly PlannedJob[], kind: string): PlannedJob[] {
  return jobs.filter((job) => job.kind === kind)
}

test('the default scenario has about 1,400 jobs, each id once, and every need is a job', () => {
  const { jobs } = planOf()
  assert.ok(jobs.length > 1300 && jobs.length < 1500, `${jobs.length} jobs`)
  const ids = new Set(jobs.map(({ jobId }) => jobId))
  assert.equal(ids.size, jobs.length)
  for (const { jobId, needs } of jobs) {
    assert.match(jobId, /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
    for (const need of needs) assert.ok(ids.has(need), `${jobId} needs ${need}`)
  }
  assert.equal(ofKind(jobs, 'percentiles').length, 200)
  assert.equal(ofKind(jobs, 'merge').length, 1)
})

test('only the models that some leg needs are planned, and all details are what the processor takes', () => {
  const { jobs } = planOf({ sequences: 3 })
  const needed = new Set(
    ofKind(jobs, 'flight-leg').flatMap(({ needs }) => needs.filter((need) => need.startsWith('model-'))),
  )
  assert.deepEqual(new Set(ofKind(jobs, 'delay-model').map(({ jobId }) => jobId)), needed)
  for (const { kind, details } of jobs) {
    const schema = Object.entries(detailsOf).find(([name]) => name === kind)![1]
    assert.deepEqual(schema.parse(details), details)
  }
})

test('each sequence is a chain that follows its document, and the merge waits for all', () => {
  const { jobs, documents } = planOf({ sequences: 40 })
  const byId = new Map(jobs.map((job) => [job.jobId, job]))
  for (const [index, { key, document }] of documents.entries()) {
    const id = index + 1
    assert.equal(key, `sequences/${id}.json`)
    assert.equal(document.sequence_id, id)
    assert.equal(document.home_airport_iata, document.routes[0].origin_iata)
    const name = `seq-${String(id).padStart(4, '0')}`
    for (const [place, route] of document.routes.entries()) {
      const leg = byId.get(`${name}-leg-${place + 1}`)!
      const previous = place === 0 ? [] : [`${name}-leg-${place}`]
      assert.deepEqual(leg.needs, [
        ...previous,
        `model-departure-${route.origin_iata}`,
        `model-landing-${route.destination_iata}`,
      ])
      assert.deepEqual(leg.details, {
        exec_type: place === 0 ? 'first' : place === document.routes.length - 1 ? 'last' : 'intermediate',
        sequence_id: id,
        leg: place + 1,
        origin_iata: route.origin_iata,
        destination_iata: route.destination_iata,
        scheduled_minutes: minutes(route.estimated_takeoff_time) - minutes(route.estimated_gate_open_time),
        ...(place > 0 && { previous_job_id: `${name}-leg-${place}` }),
        replications: 50_000,
        landing_allowance_minutes: 16,
      })
    }
    assert.equal(byId.has(`${name}-leg-${document.routes.length + 1}`), false)
    assert.deepEqual(byId.get(`${name}-percentiles`)!.needs, [`${name}-leg-${document.routes.length}`])
  }
  const merge = byId.get('merge')!
  assert.deepEqual(
    merge.needs,
    documents.map((_, index) => `seq-${String(index + 1).padStart(4, '0')}-percentiles`),
  )
  assert.deepEqual(merge.details, { sequences: 40 })
})

test('documents print times as HH:MM:SS and keep the rules', () => {
  for (const { document } of planOf({ sequences: 100 }, 9).documents) {
    for (const route of document.routes) {
      assert.match(route.estimated_gate_open_time, /^([01]\d|2[0-3]):[0-5]\d:00$/)
      const ground = minutes(route.estimated_takeoff_time) - minutes(route.estimated_gate_open_time)
      assert.ok(ground >= 80 && ground <= 110)
    }
    const landing = document.routes.at(-1)!.estimated_arrival_time
    assert.ok(landing >= '16:00:00' && landing < '23:00:00', landing)
  }
})

test('the same scenario and seed give the same plan, more sequences only add to it', () => {
  assert.deepEqual(planOf({ sequences: 20 }), planOf({ sequences: 20 }))
  assert.notDeepEqual(planOf({ sequences: 20 }).documents, planOf({ sequences: 20 }, 2).documents)
  assert.deepEqual(planOf({ sequences: 30 }).documents.slice(0, 20), planOf({ sequences: 20 }).documents)
})

test('a plan is drawn while it is read: the first of a million sequences is there at once', () => {
  const { jobs, documents } = flights.plan(settingsOf({ sequences: 1_000_000 }), 1)
  assert.equal(jobs[Symbol.iterator]().next().value?.kind, 'delay-model')
  assert.equal(documents[Symbol.iterator]().next().value?.key, 'sequences/1.json')
})

test('an impossible network is refused before anything is planned', () => {
  assert.throws(() => flights.plan(settingsOf({ network: ['LHR', 'SYD'] }), 1), /too far apart/)
})
