import { SendMessageCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostedIn } from './hosted.ts'
import { parse, turnaroundIn } from './turnaround.ts'

test('runs that meet trouble', async (t) => {
  const { startRun, run, start, attach, data, results, end } = await hostedIn(t)

  await t.test('an input that is not there fails its job after three tries, blocks what waits for it: 95', async () => {
    const chain = ['--set', 'synthetic.shape=chain', '--messages', '3', '--set', 'synthetic.inputKey=jobs/none.json']
    const { code, results: document, stderr } = await run('synthetic', ...chain)
    assert.equal(code, 95, stderr)
    assert.equal(document.verdict, 'incomplete')
    assert.deepEqual(
      { ...document.jobs, by_kind: undefined },
      { total: 3, done: 0, failed: 1, blocked: 2, open: 0, by_kind: undefined },
    )
    const [failure] = document.failures
    assert.equal(failure.attempts, 3)
    assert.match(failure.message, /jobs\/none\.json does not exist/)
    assert.equal(document.digest, null)
  })

  await t.test('messages that cannot be understood go to the DLQ, are counted, and the run goes on', async () => {
    // A chain leaves slots free all the time, so that the junk is met while the run goes on, on any machine.
    const chain = ['--set', 'synthetic.shape=chain', '--set', 'synthetic.workDurationMs=500', '--messages', '12']
    const { clients, names, queueUrl } = await attach()
    const running = startRun('synthetic', '--json', ...chain, '--run-id', 'malformed')
    await running.said('malformed')
    for (const MessageBody of ['not json', '{"work_duration_ms":1}']) {
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(names.incoming), MessageBody }))
    }
    const ended = await running.ended
    assert.equal(ended.code, 0, ended.stderr)
    assert.equal(parse(ended).deliveries.malformed, 2)
    assert.equal(parse(ended).jobs.done, 12)
  })

  await t.test('a finished run id prints its summary and runs nothing; one that is another’s is 104', async () => {
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

  await t.test('a second scheduler for a run that goes on is refused with 92 and told who has it', async () => {
    const chain = ['--set', 'synthetic.shape=chain', '--set', 'synthetic.workDurationMs=1500', '--messages', '20']
    const first = startRun('synthetic', ...chain, '--run-id', 'held')
    await first.said('run held')
    const second = await startRun('synthetic', ...chain, '--run-id', 'held').ended
    assert.equal(second.code, 92, second.stderr)
    assert.match(second.stderr, new RegExp(`process ${first.child.pid}`))
    first.child.kill('SIGINT')
    assert.equal((await first.ended).code, 105)
  })

  await t.test('Ctrl-C stops gracefully with a summary and 105, and the run goes on later where it was', async () => {
    const options = ['--messages', '30', '--set', 'synthetic.workDurationMs=300', '--run-id', 'interrupted']
    const place = ['--data', data, '--results', results]
    const stopped = start('run', 'synthetic', ...place, ...options) // with a host of its own, as users have it
    await stopped.said('interrupted')
    stopped.child.kill('SIGINT')
    const { code, stdout, stderr } = await stopped.ended
    assert.equal(code, 105, stderr)
    assert.match(stdout, /aborted/)
    const given = `${place.join(' ')} --messages 30 --set synthetic.workDurationMs=300`
    assert.ok(stdout.includes(`npx turnaround run synthetic ${given} --run-id interrupted `), stdout)
    const { stdout: status } = await start('status', 'interrupted', '--data', data).ended
    assert.ok(status.includes(`npx turnaround run synthetic --data ${data} --seed 1 --run-id interrupted `), status)
    const resumed = await run('synthetic', ...options)
    assert.equal(resumed.code, 0, resumed.stderr)
    assert.equal(resumed.results.jobs.done, 30)
  })
  await end()
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
