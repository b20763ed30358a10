import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { prepareScenario } from '../../src/cli/run/prepare.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatIncoming } from '../../src/jobs/messages.ts'
import { queue } from '../../src/jobs/queue.ts'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import { parse, turnaroundIn } from './turnaround.ts'

test('messages and completions that come twice change no byte', async (t) => {
  const { startRun, attach } = await turnaroundIn(t)
  const run = startRun('flights-small', '--json', '--run-id', 'duplicated')
  await run.said('duplicated')
  const { clients, names, queueUrl } = await attach()
  const incoming = queue(clients, queueUrl(names.incoming))
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  const { graph } = await prepareScenario('flights-small', {})
  const sentAgain = new Set<string>()
  while (sentAgain.size < graph.size / 2 && run.child.exitCode === null) {
    for await (const page of table.readAll('duplicated')) {
      const fresh = page
        .map(({ jobId }) => jobId)
        .filter((jobId) => !sentAgain.has(jobId))
        .slice(0, 10)
      const jobs = fresh.map((jobId) => graph.jobs[graph.indexOf(jobId)!])
      if (jobs.length > 0) await incoming.send(jobs.map((job) => formatIncoming('duplicated', 'flights', job, job)))
      for (const jobId of fresh) sentAgain.add(jobId)
    }
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  const results = parse(ended)
  t.diagnostic(
    `${sentAgain.size} of ${graph.size} messages sent twice, ${results.deliveries.duplicates} duplicate completions seen`,
  )
  assert.ok(sentAgain.size > 0)
  assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
})

test('two runs at the same time on the same queues both end with their own bytes', async (t) => {
  const { startRun } = await turnaroundIn(t)
  const first = startRun('flights-small', '--json', '--run-id', 'first')
  await first.said('first')
  const second = startRun('flights-small', '--json', '--run-id', 'second', '--seed', '2')
  const [one, two] = [await first.ended, await second.ended]
  assert.equal(one.code, 0, one.stderr)
  assert.equal(two.code, 0, two.stderr)
  assert.equal(parse(one).digest, FLIGHTS_SMALL_DIGEST)
  const { run } = await turnaroundIn(t)
  assert.equal(parse(two).digest, (await run('flights-small', '--seed', '2')).results.digest)
})
