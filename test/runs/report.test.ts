import assert from 'node:assert/strict'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { turnaroundIn } from './turnaround.ts'

test('the report of a run of jobs is made again without its environment, and thresholds on jobs are held against it', async (t) => {
  const { run, start, folder, results, data } = await turnaroundIn(t)
  const { code } = await run('flights-small', '--run-id', 'mine', '--set', 'flights.sequences=2')
  assert.equal(code, 0)
  const copy = join(folder, 'copy')
  await cp(join(results, 'mine'), copy, { recursive: true })
  await rm(data, { recursive: true })
  const report = (...args: string[]) => start('report', copy, ...args).ended

  const before = await readFile(join(copy, 'report.html'), 'utf8')
  const same = await report()
  assert.equal(same.code, 0, same.stderr)
  assert.equal(await readFile(join(copy, 'report.html'), 'utf8'), before)
  assert.match(same.stdout, /all \d+ jobs done/)

  const held = ['--threshold', 'jobs{state:done}=count>5', '--threshold', 'delay_in_minutes{sequence:1}=p(50)<100000']
  assert.equal((await report(...held)).code, 0)
  const failed = await report(...held, '--threshold', 'jobs_failed=count>0')
  assert.equal(failed.code, 99)
  assert.match(failed.stdout, /✗ 'count>0' count=0/)

  await rm(join(copy, 'delays'), { recursive: true })
  const lean = await report()
  assert.equal(lean.code, 0, lean.stderr)
  assert.match(lean.stderr, /lacks delays\/.*turnaround bundle pull mine --with-delays brings it/)
  assert.match(
    (await start('merge', copy, join(results, 'mine'), '-o', join(folder, 'x')).ended).stderr,
    /and do not add up/,
  )
})
