import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { provision } from '../../src/environment/provision.ts'
import type { Manifest } from '../../src/results/documents.ts'
import { FLIGHTS_SMALL_DIGEST } from '../runs/flights-small-digest.ts'
import { parse, turnaroundIn, until, type Running } from '../runs/turnaround.ts'
import { docker, noLocalstack, root, RUN_MS } from './engine.ts'
import { doneJobs, useLocalstack } from './localstack.ts'

const PAUSE_MS = 30_000
/** Some of the 130 jobs of flights-small: the run is in its middle. */
const SOME = 20

suite('a LocalStack that has trouble in mid-run', { skip: noLocalstack }, () => {
  const localstack = useLocalstack()

  async function untilSomeAreDone(running: Running, runId: string): Promise<void> {
    await provision(localstack.environment) // the run may not have come so far
    await until(async () => {
      assert.equal(running.child.exitCode, null, 'the run ended too early')
      return (await doneJobs(localstack.environment, runId)) >= SOME
    }, RUN_MS)
  }

  test('a container that is paused for 30 s costs time and nothing else', async (t) => {
    const { startRun } = await turnaroundIn(t, root, RUN_MS)
    const there = ['--env', 'localstack', '--endpoint', localstack.endpoint, '--json']
    const running = startRun('flights-small', ...there, '--run-id', 'paused')
    await untilSomeAreDone(running, 'paused')
    await docker(['pause', localstack.containerId])
    await delay(PAUSE_MS)
    await docker(['unpause', localstack.containerId])
    const ended = await running.ended
    assert.equal(ended.code, 0, ended.stderr)
    const { jobs, digest, makespan_ms: makespanMs } = parse(ended)
    assert.deepEqual([jobs.done, jobs.open], [130, 0])
    assert.equal(digest, FLIGHTS_SMALL_DIGEST)
    assert.ok(makespanMs > PAUSE_MS, `the pause was not in the run: ${makespanMs} ms`)
  })

  test('a container that is killed ends the run with 106 and why, and the local bundle stays', async (t) => {
    const { startRun, start, results } = await turnaroundIn(t, root, RUN_MS)
    const there = ['--env', 'localstack', '--endpoint', localstack.endpoint]
    const running = startRun('flights-small', ...there, '--run-id', 'lost')
    await untilSomeAreDone(running, 'lost')
    await docker(['kill', localstack.containerId])
    const ended = await running.ended
    assert.equal(ended.code, 106, ended.stderr)
    assert.match(ended.stderr, /localstack at http:\S+ is gone: it was stopped or killed in the middle of the run/)
    assert.doesNotMatch(ended.stderr, /Nothing done is lost/)
    const manifest = JSON.parse(await readFile(join(results, 'lost', 'manifest.json'), 'utf8')) as Manifest
    assert.deepEqual([manifest.run_id, manifest.environment], ['lost', 'localstack'])

    const again = await start('run', 'flights-small', ...there).ended
    assert.equal(again.code, 106)
    assert.match(again.stderr, /Nothing answers at http:.*ECONNREFUSED.*make up.*--env embedded/)
  })
})
