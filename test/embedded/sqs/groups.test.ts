import assert from 'node:assert/strict'
import test from 'node:test'
import { bodies, testFifo, type TestQueue } from './queue.ts'

const all = { MaxNumberOfMessages: 10 }

/** `g1-a` is sent to group `g1`. */
async function sendAll({ send }: TestQueue, ...names: string[]): Promise<void> {
  for (const name of names) await send(name, { MessageGroupId: name.split('-')[0] })
}

test('one receive takes several messages of a group, in order, before the next group', async (t) => {
  const queue = await testFifo(t)
  await sendAll(queue, 'g1-m1', 'g2-m1', 'g1-m2', 'g1-m3')
  assert.deepEqual(bodies(await queue.receive(all)), ['g1-m1', 'g1-m2', 'g1-m3', 'g2-m1'])
})

test('a group is blocked while its first message is in flight; others are not', async (t) => {
  const queue = await testFifo(t)
  await sendAll(queue, 'g1-m1', 'g1-m2', 'g2-m1')
  const [first] = await queue.receive()
  assert.equal(first.Body, 'g1-m1')
  assert.deepEqual(bodies(await queue.receive(all)), ['g2-m1'])
  await queue.delete(first)
  assert.deepEqual(bodies(await queue.receive(all)), ['g1-m2'])
})

test('a delete frees the group for a consumer that waits', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '60' })
  await sendAll(queue, 'g-1')
  const [first] = await queue.receive()
  const waiting = queue.receive({ WaitTimeSeconds: 20 })
  await queue.waiting(1)
  await sendAll(queue, 'g-2')
  queue.clock.advance(2000)
  await queue.waiting(1)
  await queue.delete(first)
  assert.deepEqual(bodies(await waiting), ['g-2'])
})

test('order in a group holds after a timeout', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '1' })
  await sendAll(queue, 'g-1', 'g-2', 'g-3')
  assert.deepEqual(bodies(await queue.receive(all)), ['g-1', 'g-2', 'g-3'])
  queue.clock.advance(1000)
  assert.deepEqual(bodies(await queue.receive(all)), ['g-1', 'g-2', 'g-3'])
})

for (const [position, back] of [[], ['g-foo'], ['g-foo', 'g-bar']].entries()) {
  test(`extending message ${position} of a received group keeps it and those behind it hidden`, async (t) => {
    const queue = await testFifo(t, { VisibilityTimeout: '1' })
    await sendAll(queue, 'g-foo', 'g-bar', 'g-baz')
    const received = await queue.receive(all)
    await queue.hide(received[position], 4)
    queue.clock.advance(2500)
    assert.deepEqual(bodies(await queue.receive(all)), back)
  })
}

test('deleting from the middle of a group keeps its order', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '1' })
  await sendAll(queue, 'g-1', 'g-2', 'g-3')
  const received = await queue.receive(all)
  await queue.delete(received[1])
  queue.clock.advance(1000)
  assert.deepEqual(bodies(await queue.receive(all)), ['g-1', 'g-3'])
})

test('an expired message in flight does not block its group', async (t) => {
  const queue = await testFifo(t, { MessageRetentionPeriod: '60', VisibilityTimeout: '600' })
  await sendAll(queue, 'g-1')
  await queue.receive()
  queue.clock.advance(30_000)
  await sendAll(queue, 'g-2')
  queue.clock.advance(30_000)
  assert.deepEqual(bodies(await queue.receive(all)), ['g-2'])
})

test('of many groups each is handed out, ten at a time', async (t) => {
  const queue = await testFifo(t)
  const names = Array.from({ length: 60 }, (_, i) => `g${i}-a`)
  await sendAll(queue, ...names)
  const found: (string | undefined)[] = []
  for (let i = 0; i < 6; i += 1) found.push(...bodies(await queue.receive(all)))
  assert.deepEqual(found, names)
})

test('an attempt that is repeated gets the same messages and handles, hidden anew', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '30' })
  await sendAll(queue, 'g-1', 'g-2', 'h-1')
  const attempt = { MaxNumberOfMessages: 2, ReceiveRequestAttemptId: 'try-1' }
  const withCount = { MessageSystemAttributeNames: ['ApproximateReceiveCount' as const] }
  const first = await queue.receive({ ...attempt, ...withCount })
  queue.clock.advance(20_000)
  assert.deepEqual(await queue.receive({ ...attempt, ...withCount }), first)
  queue.clock.advance(20_000)
  // Still hidden: the repetition counted the timeout from its own time.
  assert.deepEqual(bodies(await queue.receive(all)), ['h-1'])
  await queue.delete(first[0])
  assert.deepEqual(await queue.receive(attempt), [], 'a delete ends it')
})

test('an attempt is forgotten when its messages are visible again, and after five minutes', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '30' })
  await sendAll(queue, 'g-1')
  const attempt = { ReceiveRequestAttemptId: 'try-1' }
  const [first] = await queue.receive(attempt)
  queue.clock.advance(30_000)
  const [second] = await queue.receive(attempt)
  assert.equal(second.Body, 'g-1')
  assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
  await queue.hide(second, 3600)
  assert.deepEqual(await queue.receive(attempt), [], 'changed since')
  await queue.delete(second)
  await sendAll(queue, 'g-2')
  const [third] = await queue.receive({ ...attempt, VisibilityTimeout: 3600 })
  assert.equal(third.Body, 'g-2')
  queue.clock.advance(299_999)
  assert.deepEqual(bodies(await queue.receive({ ...attempt, VisibilityTimeout: 3600 })), ['g-2'])
  queue.clock.advance(1)
  assert.deepEqual(await queue.receive(attempt), [])
})
