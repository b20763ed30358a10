import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { HitResult } from '../../src/hit/guard-client.ts'
import type { HitRequest } from '../../src/hit/hit-request.ts'
import { startAutocannon } from '../../src/hit/start-autocannon.ts'
import { createTally } from '../../src/hit/tally.ts'
import { hitRequest, rawServer } from './servers.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** What became of every request, in the order in which they ended. */
async function resultsOf(t: TestContext, url: string, given: Partial<HitRequest>): Promise<HitResult[]> {
  const request = hitRequest(url, given)
  const results: HitResult[] = []
  const tally = createTally({
    amount: request.amount!,
    startedMs: 0,
    recorder: { record: () => undefined, timing: () => undefined, count: () => undefined, level: () => undefined },
    onIdle: () => autocannon.stop(),
  })
  const { record } = tally
  tally.record = (result) => {
    results.push(result)
    record(result)
  }
  const autocannon = startAutocannon(request, tally, () => performance.now())
  t.after(() => autocannon.stop())
  await autocannon.done
  return results
}

test('an answer is timed by its own request, not by one that was lost before it', { timeout: 30_000 }, async (t) => {
  const { url } = await rawServer(t, (socket, number) => {
    if (number % 3 === 0) socket.resetAndDestroy()
    else if (number % 3 === 1) socket.end()
    else socket.write(OK)
  })
  const results = await resultsOf(t, url, { connections: 1, amount: 12 })
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    Array.from({ length: 4 }, () => ['reset', 'closed', 'ok']).flat(),
  )
  results.slice(1).forEach(({ sentAtMs }, at) => assert.ok(sentAtMs >= results[at].endedAtMs))
})

test('pipelined requests that a lost connection takes along are each counted', { timeout: 30_000 }, async (t) => {
  const { url } = await rawServer(t, (socket) => socket.end(OK))
  const results = await resultsOf(t, url, { connections: 1, amount: 8, pipelining: 4 })
  assert.equal(results.length, 8)
  assert.ok(results.some(({ outcome }) => outcome === 'ok') && results.some(({ outcome }) => outcome === 'closed'))
})

test('answers that nobody asked for are no answers to the requests after them', { timeout: 30_000 }, async (t) => {
  const { url } = await rawServer(t, (socket) => socket.write(OK + OK + OK))
  const one = await resultsOf(t, url, { connections: 1, amount: 6 })
  assert.deepEqual(
    one.map(({ outcome }) => outcome),
    ['ok', 'protocol', 'ok', 'protocol', 'ok', 'protocol'],
  )
})

test('pipelined requests may be answered in one packet', { timeout: 30_000 }, async (t) => {
  let answering: NodeJS.Timeout | undefined
  const { url } = await rawServer(t, (socket) => {
    clearTimeout(answering) // until the last of them is there
    answering = setTimeout(() => socket.write(OK + OK + OK + OK), 50)
  })
  const results = await resultsOf(t, url, { connections: 1, amount: 4, pipelining: 4 })
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['ok', 'ok', 'ok', 'ok'],
  )
})
