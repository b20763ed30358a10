import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from '../../src/cost/cost-of.ts'
import { doneWork } from '../../src/cost/done-work.ts'
import { plannedWork } from '../../src/cost/planned-work.ts'
import { pricesFor } from '../../src/cost/prices.ts'
import { usageOf, type Work } from '../../src/cost/usage.ts'
import { prepareScenario } from '../../src/cli/run/prepare.ts'
import { makeEntry, makeUnrun } from '../report/documents.ts'

const MILLION: Work = {
  jobs: 1_000_000,
  attempts: 1_000_000,
  reads: 1_000_000,
  readBytes: 10e9,
  outputBytes: 10e9,
  documents: 0,
  fetched: { objects: 0, bytes: 0 },
  seconds: 3600,
  workSeconds: 36_000,
  host: 'threads',
  isOutside: true,
}
const UAT = { region: 'us-east-1', isBilled: true, from: 'plan' as const }

/** Dollars of one service and unit. */
function dollars(work: Work, service: string, unit: string, region = 'us-east-1'): number | undefined {
  return costOf(work, { ...UAT, region }).lines.find((line) => line.service === service && line.unit === unit)?.dollars
}

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 0.005 * expected, `${actual} is not about ${expected}`)

test('a million jobs cost what a sheet of paper says', () => {
  near(dollars(MILLION, 'SQS', 'requests'), 6 * 0.4) // send, receive, delete, twice
  near(dollars(MILLION, 'S3', 'writes'), 1000 * 0.005)
  near(dollars(MILLION, 'S3', 'reads'), 1000 * 0.0004)
  near(dollars(MILLION, 'S3', 'GB-months'), 10 * (21 / 30) * 0.023)
  near(dollars(MILLION, 'DynamoDB', 'write units'), 2 * 0.625 + 0.0036 * 0.625)
  near(dollars(MILLION, 'DynamoDB', 'read units'), (1 + 600 / 4096 + 0.0036) * 0.125)
  near(dollars(MILLION, 'Transfer', 'GB to the internet'), 10 * 0.09)
})

test('the sum is that of its lines, and so much per job and per thousand', () => {
  const cost = costOf(MILLION, UAT)
  near(
    cost.dollars,
    cost.lines.reduce((sum, line) => sum + line.dollars, 0),
  )
  near(cost.dollars_per_thousand_jobs!, cost.dollars / 1000)
  near(cost.dollars_per_job!, cost.dollars / 1e6)
  assert.equal(costOf({ ...MILLION, jobs: 0 }, UAT).dollars_per_job, null)
})

test('hosts are paid where they are AWS’s: ten hours of work on Fargate and on Lambda', () => {
  near(dollars({ ...MILLION, host: 'container' }, 'Fargate', 'vCPU-hours'), 10 * 0.04048)
  near(dollars({ ...MILLION, host: 'container' }, 'Fargate', 'GB-hours'), 20 * 0.004445)
  near(dollars({ ...MILLION, host: 'lambda' }, 'Lambda', 'GB-seconds'), 36_000 * 1.769 * 0.0000166667)
  near(dollars({ ...MILLION, host: 'lambda' }, 'Lambda', 'requests'), 0.2)
  assert.equal(dollars(MILLION, 'Fargate', 'vCPU-hours'), undefined)
})

test('what stays inside AWS is not transferred; what is fetched from outside is', () => {
  assert.equal(usageOf({ ...MILLION, isOutside: false }).transferGb, 0)
  assert.equal(usageOf({ ...MILLION, host: 'lambda' }).transferGb, 0)
  assert.equal(usageOf({ ...MILLION, host: 'lambda', fetched: { objects: 1, bytes: 5e9 } }).transferGb, 5)
})

test('regions have their own prices, and one that is not in the table says whose it borrows', () => {
  near(dollars(MILLION, 'S3', 'writes', 'eu-central-1'), 1000 * 0.0054)
  const borrowed = costOf(MILLION, { ...UAT, region: 'ap-south-1' })
  assert.deepEqual([borrowed.prices_of, borrowed.region], ['eu-central-1', 'ap-south-1'])
  assert.equal(borrowed.prices_as_of, pricesFor('eu-central-1').asOf)
  assert.equal(costOf(MILLION, UAT).prices_as_of, pricesFor('us-east-1').asOf)
})

const TRUTHS = { documents: 0, host: 'threads' as const, isOutside: true }

test('a synthetic plan is reckoned from what its jobs say of themselves', async () => {
  const set = ['synthetic.messages=40', 'synthetic.workDurationMs=500', 'synthetic.dataSizeKb=10']
  const { graph, workload } = await prepareScenario('synthetic', { set: [...set, 'synthetic.shape=chain'] })
  const options = { graph, workload, ...TRUTHS, documents: [], parallel: 8 }
  const work = plannedWork({ ...options, everything: true })
  assert.equal(work.jobs, 40)
  assert.equal(work.reads, 39)
  assert.equal(work.workSeconds, 20)
  assert.equal(work.seconds, 20, 'a chain is no shorter with eight workers')
  assert.equal(work.outputBytes, 40 * (10 * 1024 + 200))
  assert.deepEqual(work.fetched, { objects: 40, bytes: work.outputBytes })
  assert.deepEqual(plannedWork({ ...options, everything: false }).fetched, { objects: 0, bytes: 0 })
})

test('independent jobs are shared by the workers', async () => {
  const set = ['synthetic.messages=40', 'synthetic.workDurationMs=500']
  const { graph, workload } = await prepareScenario('synthetic', { set })
  const work = plannedWork({ graph, workload, ...TRUTHS, documents: [], parallel: 8, everything: false })
  assert.equal(work.seconds, 2.5)
})

test('a run that was done is reckoned from its ledger: retries are paid, jobs that never ran are not', async () => {
  const { graph } = await prepareScenario('synthetic', { set: ['synthetic.messages=3', 'synthetic.shape=chain'] })
  const [first, second, third] = graph.jobs.map(({ jobId }) => jobId)
  const ledger = [
    makeEntry({ job_id: first, output_bytes: 1000, processing_ms: 500 }),
    makeEntry({ job_id: second, output_bytes: 2000, processing_ms: 1500, attempt: 3 }),
    makeUnrun('pending', { job_id: third }),
  ]
  const isFetched = ({ job_id: jobId }: { job_id: string }) => jobId === second
  const work = doneWork({ graph, ledger, ...TRUTHS, makespanMs: 4000, fetched: isFetched })
  assert.deepEqual(work, {
    ...{ jobs: 2, attempts: 4, reads: 3, readBytes: 3000, outputBytes: 3000 },
    ...{ seconds: 4, workSeconds: 2, fetched: { objects: 1, bytes: 2000 }, ...TRUTHS },
  })
})
