import assert from 'node:assert/strict'
import test from 'node:test'
import { InvalidInputError } from '../../src/errors.ts'
import { defineScenario } from '../../src/scenario/index.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import { temporaryFolder } from './temporary-folder.ts'

const DEFAULTS = { abortOnFail: false, delayAbortEval: 0, optional: false, scope: 'total' }

/** The faults that a document must be refused for, as `path: message`. */
async function faultsOf(document: unknown, set: readonly string[] = []): Promise<string[]> {
  const error = await parseScenario(document, 'test', { set }).then(
    () => assert.fail('an InvalidInputError was expected'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof InvalidInputError, String(error))
  return error.faults.map(({ path, message }) => `${path}: ${message}`)
}

test('thresholds and limits stand beside the workload, in YAML as k6 has them', async (t) => {
  const folder = await temporaryFolder(t, {
    'day.yaml': `
name: day
workload: flights
thresholds:
  makespan: ['value<60000']
  'delay_in_minutes{sequence:7}':
    - p(95)<45
    - { threshold: 'p(99.9)<240', optional: true }
limits: { maxDuration: 10m, maxCostUsd: 5 }
`,
  })
  const { thresholds, limits, settings } = await loadScenario('day', { folder })
  assert.deepEqual(thresholds, {
    makespan: [{ threshold: 'value<60000', ...DEFAULTS }],
    'delay_in_minutes{sequence:7}': [
      { threshold: 'p(95)<45', ...DEFAULTS },
      { ...DEFAULTS, threshold: 'p(99.9)<240', optional: true },
    ],
  })
  assert.deepEqual(limits, { maxDuration: 600_000, maxCostUsd: 5 })
  assert.ok(!('thresholds' in settings), 'what is run does not depend on them')
})

test('a metric that the workload does not have is a fault, with the nearest it has', async () => {
  const document = {
    name: 'a',
    workload: 'synthetic',
    synthetic: { messages: 0 },
    thresholds: { job_que_wait: ['p(95)<5'], 'delay_in_minutes{sequence:7}': ['p(95)<5'], makespan: ['p(95)<5'] },
    limits: { maxErrorRate: 2 },
  }
  const faults = await faultsOf(document)
  assert.equal(faults.length, 5)
  assert.match(
    faults.join('\n'),
    /thresholds\.job_que_wait: is no metric of this workload; did you mean job_queue_wait\?/,
  )
  assert.match(
    faults.join('\n'),
    /thresholds\.delay_in_minutes\{sequence:7\}: is no metric of this workload; known: job_/,
  )
  assert.match(faults.join('\n'), /thresholds\.makespan\.0: p\(95\) is no aggregation of makespan: a gauge has value/)
  assert.match(faults.join('\n'), /limits\.maxErrorRate: must be a number 0 … 1, got 2/)
})

test('they can be set from the command line', async () => {
  const document = { name: 'a', workload: 'synthetic', limits: { maxDuration: '1h' } }
  const set = ['thresholds.job_service=["p(95)<5"]', 'limits.maxDuration=90s']
  const { thresholds, limits } = await parseScenario(document, 'test', { set })
  assert.deepEqual(thresholds, { job_service: [{ threshold: 'p(95)<5', ...DEFAULTS }] })
  assert.deepEqual(limits, { maxDuration: 90_000 })
  assert.match((await faultsOf(document, ['limits.maxDurtion=90s'])).join(), /did you mean limits\.maxDuration/)
})

test('the type of a scenario module knows them', () => {
  const document = defineScenario({
    name: 'a',
    workload: 'synthetic',
    thresholds: { job_service: ['p(95)<5', { threshold: 'avg<3', baseline: { run: 'before' } }] },
    limits: { maxDuration: '10m' },
  })
  assert.equal(document.limits?.maxDuration, '10m')
  // @ts-expect-error an unknown limit
  defineScenario({ name: 'a', workload: 'synthetic', limits: { maxUsers: 3 } })
  // @ts-expect-error an unknown option
  defineScenario({ name: 'a', workload: 'synthetic', thresholds: { jobs: [{ threshold: 'count>1', abort: true }] } })
})

const step = (name: string, checks: object[] = []) => ({ name, path: '/', checks })
const BUY = [{ name: 'buy', steps: [step('search'), step('checkout', [{ name: 'is paid', status: 201 }])] }]

test('a threshold on a step or check that the scenario does not declare is a fault, with the nearest it has', async () => {
  const thresholds = {
    'http_reqs{step:search}': ['count>1'],
    'http_req_duration{step:chekout}': ['p(95)<200'],
    'http_reqs{outcome:timeout,step:pay}': ['count<1'],
    'checks{check:is payed}': ['rate>0.9'],
  }
  const document = { name: 'a', workload: 'http', http: { journeys: BUY }, thresholds }
  assert.deepEqual(await faultsOf(document), [
    'thresholds.http_req_duration{step:chekout}: chekout is no step of this scenario; did you mean checkout? known: search, checkout',
    'thresholds.http_reqs{outcome:timeout,step:pay}: pay is no step of this scenario; known: search, checkout',
    'thresholds.checks{check:is payed}: is payed is no check of this scenario; did you mean is paid? known: is paid',
  ])
  const relay = { name: 'a', workload: 'relay', relay: { scenario: 'steady-state' } }
  assert.match(
    (await faultsOf({ ...relay, thresholds: { 'steps{step:conect}': ['count>1'] } })).join(),
    /did you mean connect\? known: connect, handshake, message, recovery/,
  )
})

test('a single request is one step; what a module calls its steps is not known before they run', async (t) => {
  const thresholds = { 'http_reqs{step:GET /a}': ['count>1'] }
  const one = { name: 'a', workload: 'http', http: { request: { path: '/a?b=c' } }, thresholds }
  assert.ok((await parseScenario(one, 'test')).thresholds)
  assert.match((await faultsOf(one, ['http.request.path=/b'])).join(), /GET \/a is no step .* known: GET \/b/)
  const code = `export const journeys = [{ name: 'any', weight: 1, run: async () => undefined }]`
  const module = `${await temporaryFolder(t, { 'any.mjs': code })}/any.mjs`
  assert.ok((await parseScenario({ ...one, http: { module } }, 'test')).thresholds)
})

test('__proto__ is refused as any unknown name is, and not dropped', async () => {
  const document: unknown = JSON.parse(`{
    "name": "a", "workload": "http", "thresholds": { "__proto__": ["rate<1"] },
    "http": { "__proto__": 1, "headers": { "__proto__": "x" } } }`)
  assert.deepEqual(
    (await faultsOf(document)).map((fault) => fault.replace(/;.*/, '')),
    [
      'http.__proto__: is unknown',
      'thresholds.__proto__: is no name that anything can have',
      'http.headers.__proto__: is no name that anything can have',
    ],
  )
})
