import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import { turnaroundIn } from './turnaround.ts'

test('the results of a seed', async (t) => {
  const { run, start, data, serverFile } = await turnaroundIn(t)
  const server = start('embedded', '--data', data, '--port', '0') // one for all, each run with a host of its own
  await serverFile()

  for (const [workers, slots] of [
    ['1', '1'],
    ['2', '8'],
    ['4', '8'],
  ]) {
    await t.test(`are the same to the byte with ${workers} workers of ${slots} slots`, async () => {
      const { code, results } = await run('flights-small', '--workers', workers, '--slots', slots)
      assert.equal(code, 0)
      assert.equal(results.verdict, 'valid')
      assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
    })
  }
  server.child.kill('SIGTERM')
  assert.equal((await server.ended).code, 0)
})
