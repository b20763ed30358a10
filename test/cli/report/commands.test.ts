import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { ResultsDocument } from '../../../src/results/documents.ts'
import { aTrafficBundle } from '../../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const launcher = join(import.meta.dirname, '../../../bin/turnaround.js')

/** The real command, in a folder that has nothing of ours: neither config nor server nor credentials. */
async function turnaround(t: TestContext, cwd: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'], HOME: cwd, NO_COLOR: '1' }
  const child: ChildProcess = spawn(process.execPath, [launcher, ...args], { cwd, env })
  t.after(() => child.kill('SIGKILL'))
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number]>,
  ])
  return { code, stdout, stderr }
}

test('report judges a bundle again, prints what run prints, and ends with the code that follows', async (t) => {
  const folder = await temporaryFolder(t)
  await aTrafficBundle(folder, { runId: 'mine' })
  const failing = await turnaround(t, folder, 'report', 'mine', '--threshold', 'http_req_duration=p(99)<100')
  assert.equal(failing.code, 99, failing.stderr)
  assert.match(failing.stdout, /✔ valid[^]*█ THRESHOLDS[^]*✗ 'p\(99\)<100' p\(99\)=899ms[^]*report +mine\/report\.html/)
  const holding = await turnaround(t, folder, 'report', 'mine', '--json', '-o', 'reports')
  assert.equal(holding.code, 0, holding.stderr)
  assert.equal((JSON.parse(holding.stdout) as ResultsDocument).run_id, 'mine')
  assert.match(await readFile(join(folder, 'reports/report.html'), 'utf8'), /storefront-baseline/)
})

test('merge makes a bundle that report takes', async (t) => {
  const folder = await temporaryFolder(t)
  for (const runId of ['one', 'two', 'three']) await aTrafficBundle(folder, { runId })
  const merged = await turnaround(t, folder, 'merge', 'one', 'two', 'three', '-o', 'out/all', '--sequential')
  assert.equal(merged.code, 0, merged.stderr)
  assert.match(merged.stdout, /ran +5\.10 s from .*, on 3 shards[^]*bundle +out\/all/)
  const again = await turnaround(t, folder, 'report', 'out/all', '--threshold', 'http_reqs=count==33')
  assert.equal(again.code, 0, again.stderr)
})

test('what cannot be meant ends with 104 and says what and why', async (t) => {
  const folder = await temporaryFolder(t)
  await aTrafficBundle(folder, { runId: 'one' })
  const [none, same, unclear] = await Promise.all([
    turnaround(t, folder, 'report', 'nothing'),
    turnaround(t, folder, 'merge', 'one', 'one', '-o', 'both'),
    turnaround(t, folder, 'report', 'one', '--threshold', 'p(95)<200'),
  ])
  assert.deepEqual([none.code, same.code, unclear.code], [104, 104, 104])
  assert.match(none.stderr, /nothing\/manifest\.json: does not exist/)
  assert.match(same.stderr, /one: run one is in one already/)
  assert.match(unclear.stderr, /--threshold: must be metric=expression/)
})
