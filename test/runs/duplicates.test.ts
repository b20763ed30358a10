import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import { prepareScenario } from '../../src/cli/run/prepare.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatIncoming } from '../../src/jobs/messages.ts'
import { queue } from '../../src/jobs/queue.ts'
import { FLIGHTS_SMALL_DIGEST, FLIGHTS_SMALL_SEED_2_DIGEST } from './flights-small-digest.ts'
import { endWork, startWork } from './hosted.ts'
import { parse, turnaroundIn } from './turnaround.ts'

/** Between two looks at the table. */
const PAUSE_MS = 20

test('what comes at the same time, and what comes twice', async (all) => {
  const cli = await turnaroundIn(all)
  const server = cli.start('embedded', '--data', cli.data, '--port', '0')
  await cli.serverFile()
  const startRun = (...args: string[]) => cli.startRun('flights-small', '--hosts', 'none', '--json', ...args)

  const first = startRun('--run-id', 'first')
  await first.said('run first')
  const second = startRun('--run-id', 'second', '--seed', '2')
  await second.said('run second')
  const host = await startWork(cli)

  await all.test('two runs at the same time on the same queues both end with their own bytes', async () => {
    const [one, two] = await Promise.all([first.ended, second.ended])
    assert.equal(one.code, 0, one.stderr)
    assert.equal(two.code, 0, two.stderr)
    assert.equal(parse(one).digest, FLIGHTS_SMALL_DIGEST)
    assert.equal(parse(two).digest, FLIGHTS_SMALL_SEED_2_DIGEST)
  })

  await all.test('messages and completions that come twice change no byte', async (t) => {
    const { clients, names, queueUrl } = await cli.attach()
    const incoming = queue(clients, queueUrl(names.incoming))
    const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
    const { graph } = await prepareScenario('flights-small', {})
    const run = startRun('--run-id', 'duplicated')
    await run.said('run duplicated')
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
      await delay(PAUSE_MS)
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
  await endWork(host)
  server.child.kill('SIGTERM')
  assert.equal((await server.ended).code, 0)
})
