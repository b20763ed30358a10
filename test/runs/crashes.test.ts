import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { parse, turnaroundIn, until } from './turnaround.ts'

// Any moment must do, so the moments are random; a failing one is printed.
const longer = ['flights-small', '--set', 'flights.sequences=30', '--json']

async function digestUndisturbed(t: Parameters<typeof turnaroundIn>[0]): Promise<string> {
  const { run } = await turnaroundIn(t)
  return (await run(longer[0], ...longer.slice(1))).results.digest!
}

function moment(t: Parameters<typeof turnaroundIn>[0], longestMs: number): number {
  const ms = Math.floor(Math.random() * longestMs)
  t.diagnostic(`killed after ${ms} ms`)
  return ms
}

test('kill -9 of the threads host, twice, costs nothing but time', async (t) => {
  const expected = await digestUndisturbed(t)
  const { startRun, hostPids } = await turnaroundIn(t)
  const run = startRun(longer[0], ...longer.slice(1), '--run-id', 'host-killed')
  for (let kills = 0; kills < 2; kills++) {
    await until(async () => (await hostPids('host-killed')).length > kills || run.child.exitCode !== null)
    await delay(moment(t, 400))
    const pid = (await hostPids('host-killed'))[kills]
    if (pid !== undefined && run.child.exitCode === null) process.kill(pid, 'SIGKILL')
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(parse(ended).digest, expected)
})

test('kill -9 of the scheduler, twice, and the run goes on with the same run id', async (t) => {
  const expected = await digestUndisturbed(t)
  const { startRun, run } = await turnaroundIn(t)
  for (let kills = 0; kills < 2; kills++) {
    const killed = startRun(longer[0], ...longer.slice(1), '--run-id', 'scheduler-killed')
    await killed.said('scheduler-killed')
    await delay(moment(t, 1500))
    killed.child.kill('SIGKILL')
    await killed.ended
  }
  const last = await run(longer[0], ...longer.slice(1), '--run-id', 'scheduler-killed')
  assert.equal(last.code, 0, last.stderr)
  assert.equal(last.results.digest, expected)
  assert.ok(last.results.resumed >= 1)
})

test('kill -9 of the embedded server, twice: it is started again on its port and nothing acknowledged is lost', async (t) => {
  const expected = await digestUndisturbed(t)
  const { startRun, serverFile } = await turnaroundIn(t)
  const run = startRun(longer[0], ...longer.slice(1), '--run-id', 'server-killed')
  await run.said('server-killed')
  const killed = new Set<number>()
  while (killed.size < 2) {
    await delay(moment(t, 1000))
    await until(async () => !killed.has((await serverFile()).pid))
    const { pid } = await serverFile()
    if (run.child.exitCode !== null) break
    process.kill(pid, 'SIGKILL')
    killed.add(pid)
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(parse(ended).digest, expected)
})
