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
