import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { describeRun, renderDryRun, type DryRunOptions } from '../../../src/cli/run/dry-run.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const OPTIONS: DryRunOptions = { env: 'embedded', set: [], out: [], workers: 2, slots: 8, withDelays: false }

async function describe(t: TestContext, document: object, options: Partial<DryRunOptions> = {}) {
  const path = join(await temporaryFolder(t), 'mine.json')
  await writeFile(path, JSON.stringify({ name: 'mine', ...document }))
  return describeRun(path, { ...OPTIONS, ...options })
}

function http(load: object, changes: object = {}) {
  return {
    workload: 'http',
    http: { target: 'http://127.0.0.1:9', request: { url: 'http://127.0.0.1:9/' }, load, shards: 3 },
    ...changes,
  }
}

test('an open load is known in full: starts, rate, shares that sum to it, thresholds and limits', async (t) => {
  const load = { executor: 'constant-arrival-rate', rate: 100, duration: '10s', maxVUs: 50 }
  const limits = { maxRequests: 5000, maxDuration: '1m', maxCostUsd: 5, maxErrorRate: 0.5 }
  const document = http(load, { thresholds: { http_reqs: ['count>1'] }, limits })
  const found = await describe(t, document)
  assert.partialDeepStrictEqual(found, {
    ...{ scenario: 'mine', environment: 'embedded', seed: 1, thresholds: ['http_reqs'] },
    jobs: { 'traffic-shard': 3, 'traffic-merge': 1 },
    load: { model: 'open', starts: 1000, peakRatePerSecond: 100, users: 50, shares: [334, 333, 333] },
    limits: { maxRequests: 5000, maxDuration: 60_000 },
  })
  const text = renderDryRun(found)
  assert.match(text, /^mine, seed 1, on embedded: nothing was run\n/)
  assert.match(text, /starts +1,000\n/)
  assert.match(text, /shards +3: starts 334, 333, 333\n/)
  assert.match(
    text,
    /limits +maxErrorRate 50 %, maxDuration 1 min 00 s, maxCostUsd \$5\.00, maxRequests 5,000; up to [\d,]+ more starts before all have stopped\n/,
  )
})

test('a closed load that only time ends says what it does not know', async (t) => {
  const found = await describe(t, http({ executor: 'constant-vus', vus: 12, duration: '10s' }))
  assert.partialDeepStrictEqual(found.load, { model: 'closed', starts: null, users: 12, shares: [4, 4, 4] })
  const text = renderDryRun(found)
  assert.match(text, /starts +as many as the target lets them\n/)
  assert.match(text, /shards +3: users 4, 4, 4\n/)
  assert.match(
    text,
    /generator +CPU not known: how many requests there will be depends on how fast the target answers\n/,
  )
  assert.match(text, /of output, load for at most 40\.1 s, its grace included\n/, '10 s, and 30 s of gracefulStop')
  assert.match(text, /thresholds +none\n/)
  assert.match(text, /limits +none\n/)
})

test('the schedule’s digest is that of any number of shards, and changes with what is set', async (t) => {
  const load = { executor: 'poisson-arrival-rate', rate: 20, duration: '5s' }
  const digest = async (options: Partial<DryRunOptions>) =>
    (await describe(t, http(load), options)).load!.scheduleDigest
  const [one, four, other] = [
    await digest({ set: ['http.shards=1'] }),
    await digest({ set: ['http.shards=4'] }),
    await digest({ seed: 9 }),
  ]
  assert.equal(one, four)
  assert.notEqual(one, other)
})

test('a run of jobs has its jobs and its cost', async (t) => {
  const found = await describe(t, { workload: 'synthetic', synthetic: { messages: 40 } })
  assert.equal(found.load, undefined)
  assert.deepEqual(found.jobs, { synthetic: 40 })
  assert.equal(found.estimate.jobs, 40)
  assert.match(renderDryRun(found), /jobs +40 synthetic\n[^]* of output, at least /)
})

test('all that run would refuse is refused', async (t) => {
  const wrong = http({ executor: 'constant-vus', vus: 0, duration: '10s' }, { thresholds: { http_rqs: ['count>1'] } })
  await assert.rejects(describe(t, wrong), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.ok(error.faults.length >= 2, error.message)
    return true
  })
  const sound = http({ executor: 'constant-vus', vus: 3, duration: '10s' })
  await assert.rejects(describe(t, sound, { env: 'nowhere' }), /nowhere/)
  await assert.rejects(describe(t, sound, { out: ['nothing'] }), InvalidInputError)
})
