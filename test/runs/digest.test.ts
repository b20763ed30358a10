import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import { turnaroundIn } from './turnaround.ts'

for (const workers of ['1', '2', '4']) {
  test(`the results of a seed are the same to the byte with ${workers} workers`, async (t) => {
    const { run } = await turnaroundIn(t)
    const { code, results } = await run('flights-small', '--workers', workers)
    assert.equal(code, 0)
    assert.equal(results.verdict, 'valid')
    assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
  })
}

test('another seed gives another digest, and the same one again', async (t) => {
  const { run } = await turnaroundIn(t)
  const [first, again] = [
    await run('flights-small', '--seed', '2'),
    await run('flights-small', '--seed', '2', '--slots', '1'),
  ]
  assert.notEqual(first.results.digest, FLIGHTS_SMALL_DIGEST)
  assert.equal(first.results.digest, again.results.digest)
})
