import { SendMessageCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse, turnaroundIn } from './turnaround.ts'

test('an input that does not exist fails its job after three tries, blocks what waits for it, and ends with 95', async (t) => {
  const { run } = await turnaroundIn(t)
  const chain = ['--set', 'synthetic.shape=chain', '--messages', '3', '--set', 'synthetic.inputKey=jobs/none.json']
  const { code, results, stderr } = await run('synthetic', ...chain)
  assert.equal(code, 95, stderr)
  assert.equal(results.verdict, 'incomplete')
  assert.deepEqual(
    { ...results.jobs, by_kind: undefined },
    { total: 3, done: 0, failed: 1, blocked: 2, open: 0, by_kind: undefined },
  )
  const [failure] = results.failures
  assert.equal(failure.attempts, 3)
  assert.match(failure.message, /jobs\/none\.json does not exist/)
  assert.equal(results.digest, null)
})

test('messages that cannot be understood go to the DLQ, are counted, and the run goes on', async (t) => {
  const { startRun, attach } = await turnaroundIn(t)
  // A chain leaves slots free all the time, so that the junk is met while the run goes on, on any machine.
  const chain = ['--set', 'synthetic.shape=chain', '--set', 'synthetic.workDurationMs=500', '--messages', '12']
  const run = startRun('synthetic', '--json', ...chain, '--run-id', 'malformed')
  await run.said('malformed')
  const { clients, names, queueUrl } = await attach()
  for (const MessageBody of ['not json', '{"work_duration_ms":1}']) {
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(names.incoming), MessageBody }))
  }
  const ended = await run.ended
  assert.equal(ended.code, 0, ended.stderr)
  assert.equal(parse(ended).deliveries.malformed, 2)
  assert.equal(parse(ended).jobs.done, 12)
})

test('Ctrl-C stops gracefully with a summary and 105, and the run goes on later where it was', async (t) => {
  const { startRun, run, start, data, results } = await turnaroundIn(t)
  const options = ['--messages', '30', '--set', 'synthetic.workDurationMs=300', '--run-id', 'interrupted']
  const stopped = startRun('synthetic', ...options)
  await stopped.said('interrupted')
  stopped.child.kill('SIGINT')
  const { code, stdout, stderr } = await stopped.ended
  assert.equal(code, 105, stderr)
  assert.match(stdout, /aborted/)
  const given = `--data ${data} --results ${results} --messages 30 --set synthetic.workDurationMs=300`
  assert.ok(stdout.includes(`npx turnaround run synthetic ${given} --run-id interrupted `), stdout)
  const { stdout: status } = await start('status', 'interrupted', '--data', data).ended
  assert.ok(status.includes(`npx turnaround run synthetic --data ${data} --seed 1 --run-id interrupted `), status)
  const resumed = await run('synthetic', ...options)
  assert.equal(resumed.code, 0, resumed.stderr)
  assert.equal(resumed.results.jobs.done, 30)
})

test('a run that keeps nothing is stopped without a word of going on with it', async (t) => {
  const { startRun } = await turnaroundIn(t)
  const stopped = startRun('synthetic', '--messages', '30', '--set', 'synthetic.workDurationMs=300', '--ephemeral')
  await stopped.said('30 jobs on embedded')
  stopped.child.kill('SIGINT')
  const { code, stdout, stderr } = await stopped.ended
  assert.equal(code, 105, stderr)
  assert.match(stdout, /synthetic .*--messages 30 .*--ephemeral {3}\(from the start: nothing was kept\)/)
  assert.doesNotMatch(stdout, /--run-id|^ +store /m)
})

test('a finished run id prints its summary and runs nothing; one that belongs elsewhere is refused with 104', async (t) => {
  const { run, startRun } = await turnaroundIn(t)
  const options = ['--messages', '5', '--run-id', 'finished']
  const first = await run('synthetic', ...options)
  const again = await startRun('synthetic', ...options).ended
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stdout, /was finished before; nothing was run/)
  assert.ok(again.stdout.includes(first.results.digest!))
  for (const other of [
    ['--seed', '9'],
    ['--set', 'synthetic.dataSizeKb=1'],
  ]) {
    const refused = await startRun('synthetic', ...options, ...other).ended
    assert.equal(refused.code, 104, refused.stderr)
    assert.match(refused.stderr, /--run-id: belongs to scenario synthetic/)
  }
})

test('a second scheduler for a run that goes on is refused with 92 and told who has it', async (t) => {
  const { startRun } = await turnaroundIn(t)
  const few = ['--workers', '1', '--slots', '2']
  const options = [...few, '--messages', '20', '--set', 'synthetic.workDurationMs=1500', '--run-id', 'held']
  const first = startRun('synthetic', ...options)
  await first.said('run held')
  const second = await startRun('synthetic', ...options).ended
  assert.equal(second.code, 92, second.stderr)
  assert.match(second.stderr, new RegExp(`process ${first.child.pid}`))
  first.child.kill('SIGINT')
  assert.equal((await first.ended).code, 105)
})
