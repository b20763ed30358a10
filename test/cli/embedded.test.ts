import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const launcher = join(import.meta.dirname, '../../bin/turnaround.js')

function turnaround(t: TestContext, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [launcher, 'embedded', '--port', '0', ...args], { stdio: 'pipe' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

/** Its first line, which says where it is. */
async function started(child: ChildProcess): Promise<{ line: string; endpoint: string }> {
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
  return { line, endpoint: /http:\S+?(?=,)/.exec(line)![0] }
}

async function refused(child: ChildProcess): Promise<{ code: number; said: string }> {
  const exited = once(child, 'exit')
  const said = await text(child.stderr!)
  const [code] = (await exited) as [number]
  return { code, said }
}

test('a server in memory with a fault plan and the AWS-like mode says so, and stops on a signal', async (t) => {
  const plan = join(await temporaryFolder(t), 'faults.yaml')
  writeFileSync(plan, 'seed: 7\nfaults:\n  - fault: throttle\n    service: sqs\n    share: 0.1\n')
  const child = turnaround(t, '--in-memory', '--aws-like', '--faults', plan)
  const said = text(child.stderr!)
  const { line, endpoint } = await started(child)
  assert.match(line, /^embedded AWS on http:\/\/127\.0\.0\.1:\d+, nothing kept\n$/)
  const state = (await (await fetch(`${endpoint}/_turnaround/state`)).json()) as object
  assert.partialDeepStrictEqual(state, {
    aws_like: { seed: 1 },
    faults: { seed: 7, faults: [{ fault: 'throttle', service: 'sqs', share: 0.1, matched: 0, injected: 0 }] },
  })
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
  const lines = await said
  assert.ok(lines.includes(`live: ${endpoint}/_turnaround/\n`))
  assert.ok(lines.includes(`AWS_ENDPOINT_URL=${endpoint} `))
  assert.match(lines, /with seed 1\n[\s\S]*as .*faults\.yaml says/)
})

test('with --sync full and a folder the server keeps its data there', async (t) => {
  const data = join(await temporaryFolder(t), 'data')
  const child = turnaround(t, '--data', data, '--sync', 'full', '--aws-like', '42')
  const { line, endpoint } = await started(child)
  assert.ok(line.endsWith(`data in ${data}\n`))
  assert.ok(existsSync(join(data, 'turnaround.sqlite')))
  const state = (await (await fetch(`${endpoint}/_turnaround/state`)).json()) as { aws_like: object }
  assert.deepEqual(state.aws_like, { seed: 42 })
})

test('what cannot be meant ends it with 104 and all that is wrong', async (t) => {
  const plan = join(await temporaryFolder(t), 'faults.json')
  writeFileSync(plan, JSON.stringify({ faults: [{ fault: 'latency' }, { fault: 'error', share: 2 }] }))
  const [faults, missing, seed, both] = await Promise.all([
    refused(turnaround(t, '--in-memory', '--faults', plan)),
    refused(turnaround(t, '--in-memory', '--faults', `${plan}.gone`)),
    refused(turnaround(t, '--in-memory', '--aws-like=often')),
    refused(turnaround(t, '--in-memory', '--ephemeral')),
  ])
  assert.match(faults.said, /faults\[0\]\.delay_ms: is missing[\s\S]*faults\[1\]\.share: must be a number, 0-1, got 2/)
  assert.match(missing.said, /faults\.json\.gone cannot be read: ENOENT/)
  assert.match(seed.said, /--aws-like: must be a whole number, 0-\d+, got "often"/)
  assert.match(both.said, /--in-memory: keeps nothing; leave --ephemeral/)
  for (const { code } of [faults, missing, seed, both]) assert.equal(code, 104)
})
