import assert from 'node:assert/strict'
import test from 'node:test'
import { testQueue } from './queue.ts'

test('a received message is hidden for the visibility timeout and comes back with a new handle', async (t) => {
  const { send, receive, receiveOne, counts, clock } = await testQueue(t, { VisibilityTimeout: '2' })
  await send('a')
  const first = await receiveOne()
  assert.deepEqual(await counts(), [0, 1, 0])
  clock.advance(1999)
  assert.deepEqual(await receive(), [])
  clock.advance(1)
  const second = await receiveOne()
  assert.equal(second.MessageId, first.MessageId)
  assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
})

test('a receive with visibility 0 does not hide the message; the next one uses the queue’s timeout', async (t) => {
  const { send, receive, receiveOne } = await testQueue(t)
  await send('a')
  const first = await receiveOne({ VisibilityTimeout: 0 })
  const second = await receiveOne()
  assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
  assert.deepEqual(await receive(), [])
})

test('a handle of an earlier delivery still ends the timeout of the current one', async (t) => {
  const { send, receive, receiveOne, hide } = await testQueue(t)
  await send('a')
  const first = await receiveOne({ VisibilityTimeout: 0 })
  await receiveOne({ VisibilityTimeout: 30 })
  assert.deepEqual(await receive(), [])
  await hide(first, 0)
  await receiveOne()
})

test('a changed visibility holds for the current delivery only', async (t) => {
  const { send, receive, receiveOne, hide } = await testQueue(t)
  await send('a')
  await hide(await receiveOne(), 0)
  await receiveOne()
  assert.deepEqual(await receive(), [])
})

test('extending again and again keeps a message hidden beyond its first timeout', async (t) => {
  const { send, receive, receiveOne, hide, clock } = await testQueue(t, { VisibilityTimeout: '2' })
  await send('a')
  const message = await receiveOne()
  for (let i = 0; i < 4; i += 1) {
    clock.advance(1000)
    await hide(message, 2)
    assert.deepEqual(await receive(), [])
  }
  clock.advance(2000)
  await receiveOne()
})

test('changing the visibility of a message whose timeout ran out is accepted', async (t) => {
  const { send, receiveOne, hide, clock } = await testQueue(t, { VisibilityTimeout: '1' })
  await send('a')
  const message = await receiveOne()
  clock.advance(2000)
  await hide(message, 10)
})

test('changing the visibility of a deleted message is an error', async (t) => {
  const queue = await testQueue(t)
  await queue.send('a')
  const message = await queue.receiveOne()
  await queue.delete(message)
  await assert.rejects(queue.hide(message, 0), {
    name: 'InvalidParameterValue',
    message:
      `Value ${message.ReceiptHandle} for parameter ReceiptHandle is invalid. ` +
      'Reason: Message does not exist or is not available for visibility timeout change.',
  })
})

test('a delivery stays hidden for twelve hours in total at most', async (t) => {
  const { send, receiveOne, hide, clock } = await testQueue(t)
  await send('a')
  const message = await receiveOne()
  clock.advance(1000)
  await hide(message, 43_199)
  await assert.rejects(hide(message, 43_200), {
    name: 'InvalidParameterValue',
    message:
      'Value 43200 for parameter VisibilityTimeout is invalid. ' +
      'Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
  })
})

test('deleting works after the timeout, and twice', async (t) => {
  const queue = await testQueue(t, { VisibilityTimeout: '1' })
  await queue.send('a')
  const message = await queue.receiveOne()
  queue.clock.advance(1000)
  await queue.delete(message)
  assert.deepEqual(await queue.receive(), [])
  await queue.delete(message)
  await queue.delete(message)
})

test('a handle of an earlier delivery deletes nothing, without an error', async (t) => {
  const queue = await testQueue(t, { VisibilityTimeout: '1' })
  await queue.send('a')
  const first = await queue.receiveOne()
  queue.clock.advance(1000)
  const second = await queue.receiveOne()
  await queue.delete(first)
  assert.deepEqual(await queue.counts(), [0, 1, 0])
  await queue.delete(second)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
})

test('what is no handle, or another queue’s, is refused', async (t) => {
  const queue = await testQueue(t)
  const other = await queue.another('other')
  await other.send('a')
  const message = await other.receiveOne()
  await assert.rejects(queue.delete({ ReceiptHandle: 'garbage' }), {
    name: 'ReceiptHandleIsInvalid',
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
  })
  await assert.rejects(queue.delete(message), { name: 'ReceiptHandleIsInvalid' })
  await other.delete(message)
})

test('a handle of a message that is gone never touches a later one', async (t) => {
  const queue = await testQueue(t)
  await queue.send('a')
  const old = await queue.receiveOne()
  await queue.delete(old)
  await queue.send('b')
  await queue.delete(old)
  assert.equal((await queue.receiveOne()).Body, 'b')
})

test('a queue hands out no more than its in-flight limit', async (t) => {
  const queue = await testQueue(t, {}, { sqsInFlightLimit: 3 })
  for (const body of ['a', 'b', 'c', 'd']) await queue.send(body)
  const received = await queue.receive({ MaxNumberOfMessages: 10 })
  assert.equal(received.length, 3)
  await assert.rejects(queue.receive(), { name: 'OverLimit' })
  const waiting = queue.receive({ WaitTimeSeconds: 20 })
  await queue.waiting(1)
  await queue.delete(received[0])
  assert.deepEqual(
    (await waiting).map(({ Body }) => Body),
    ['d'],
  )
})
