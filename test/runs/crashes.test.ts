import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { stream } from '../../src/scenario/stream.ts'
import { FLIGHTS_30_DIGEST } from './flights-small-digest.ts'
import { parse, turnaroundIn, until, type Running } from './turnaround.ts'

// Any moment must do. Moments are shares of the jobs done, so that they fall into the run on every machine; the seed of
// a failing test is printed and can be given again.
const seed = Number(process.env.TURNAROUND_TEST_SEED ?? Date.now())
const longer = ['--set', 'flights.sequences=30', '--json']
const LATEST = 0.6

/** Two moments, the earlier first. */
function moments(t: TestContext): number[] {
  const { float64 } = stream(seed, t.name)
  const shares = [float64() * LATEST, float64() * LATEST].sort((a, b) => a - b)
  t.diagnostic(`TURNAROUND_TEST_SEED=${seed}: killed when ${shares.join(' and ')} of the jobs are done`)
  return shares
}

function kill(running: Running, pid: number): void {
  assert.equal(running.child.exitCode, null, 'the run was over before it could be killed')
  process.kill(pid, 'SIGKILL')
}

test('kill -9 of the threads host, twice, costs nothing but time', async (t) => {
  const { startRun, hostPids, progress } = await turnaroundIn(t)
  const run = startRun('flights-small', ...longer, '--run-id', 'host-killed')
  for (const [kills, share] of moments(t).entries()) {
    await until(async () => (await hostPids('host-killed')).length > kills)
    await progress(run, 'host-killed', share)
    kill(run, (await hostPids('host-killed'))[kills])
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(parse(ended).digest, FLIGHTS_30_DIGEST)
})

test('kill -9 of the scheduler, twice, and the run goes on with the same run id', async (t) => {
  const { startRun, run, progress } = await turnaroundIn(t)
  for (const share of moments(t)) {
    const killed = startRun('flights-small', ...longer, '--run-id', 'scheduler-killed')
    await killed.said('scheduler-killed')
    await progress(killed, 'scheduler-killed', share)
    kill(killed, killed.child.pid!)
    await killed.ended
  }
  const last = await run('flights-small', ...longer, '--run-id', 'scheduler-killed')
  assert.equal(last.code, 0, last.stderr)
  assert.equal(last.results.digest, FLIGHTS_30_DIGEST)
  assert.ok(last.results.resumed >= 1)
})

test('kill -9 of the embedded server, twice: it is started again on its port and nothing acknowledged is lost', async (t) => {
  const { startRun, serverFile, progress } = await turnaroundIn(t)
  const run = startRun('flights-small', ...longer, '--run-id', 'server-killed')
  await run.said('server-killed')
  const killed = new Set<number>()
  for (const share of moments(t)) {
    await until(async () => !killed.has((await serverFile()).pid))
    await progress(run, 'server-killed', share)
    const { pid } = await serverFile()
    kill(run, pid)
    killed.add(pid)
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(parse(ended).digest, FLIGHTS_30_DIGEST)
})
