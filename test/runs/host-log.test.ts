import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { turnaroundIn } from './turnaround.ts'

type Line = Record<string, unknown>

const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

test('a run’s bundle has a log whose every line names run, job and correlation, and metrics of all its jobs', async (t) => {
  const { run, results } = await turnaroundIn(t)
  const small = ['--set', 'synthetic.messages=20', '--set', 'synthetic.workDurationMs=0']
  assert.equal((await run('synthetic', ...small, '--run-id', 'logged', '--log-level', 'debug')).code, 0)

  const log = linesOf(await readFile(join(results, 'logged/host.log'), 'utf8'))
  for (const line of log)
    for (const id of ['run_id', 'job_id', 'correlation_id'])
      assert.ok(id in line, `${JSON.stringify(line)} has no ${id}`)
  const done = log.filter(({ msg }) => msg === 'a job is done')
  assert.equal(new Set(done.map(({ job_id: id }) => id)).size, 20)
  assert.ok(
    done.every(({ run_id: id, correlation_id: correlation }) => id === 'logged' && String(correlation).length > 0),
  )

  const metrics = linesOf(await readFile(join(results, 'logged/metrics.ndjson'), 'utf8'))
  assert.ok(metrics.every(({ TestRunId: id }) => id === 'logged'))
  assert.equal(
    metrics.reduce((sum, { JobsCompleted: count }) => sum + Number(count), 0),
    20,
  )
})

test('a host alone writes metrics to stdout where it is asked to, and logs to stderr', async (t) => {
  const { start, startRun, data } = await turnaroundIn(t)
  const host = start('work', '--data', data, '--workers', '1', '--metrics', 'stdout')
  await host.said('"working"')
  const small = ['--set', 'synthetic.messages=5', '--set', 'synthetic.workDurationMs=0']
  assert.equal((await startRun('synthetic', '--hosts', 'none', '--json', ...small).ended).code, 0)
  host.child.kill('SIGTERM')
  const { stdout, stderr } = await host.ended
  const metrics = linesOf(stdout)
  assert.equal(
    metrics.reduce((sum, { JobsCompleted: count }) => sum + Number(count), 0),
    5,
  )
  assert.match(stderr, /"msg":"working"/)
})
