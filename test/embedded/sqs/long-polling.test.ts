import assert from 'node:assert/strict'
import { request } from 'node:http'
import test from 'node:test'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { testQueue } from './queue.ts'

test('a long poll returns as soon as a message arrives', async (t) => {
  const { send, receiveOne, waiting } = await testQueue(t)
  const polling = receiveOne({ WaitTimeSeconds: 20 })
  await waiting(1)
  const id = await send('a')
  // Time stands still: nothing but the send can have woken it.
  assert.equal((await polling).MessageId, id)
})

test('a long poll returns empty at its end, the queue’s own wait included', async (t) => {
  const { receive, waiting, clock } = await testQueue(t, { ReceiveMessageWaitTimeSeconds: '3' })
  const polling = receive()
  await waiting(1)
  clock.advance(2999)
  await waiting(1)
  clock.advance(1)
  assert.deepEqual(await polling, [])
  assert.deepEqual(await receive({ WaitTimeSeconds: 0 }), [])
})

test('a long poll returns when a message becomes visible: after a timeout, a delay, or at another’s wish', async (t) => {
  const { send, receiveOne, hide, waiting, clock, delete: remove } = await testQueue(t, { VisibilityTimeout: '5' })
  await send('a')
  await receiveOne()
  const afterTimeout = receiveOne({ WaitTimeSeconds: 20 })
  await waiting(1)
  clock.advance(5000)
  const message = await afterTimeout

  const atWish = receiveOne({ WaitTimeSeconds: 20 })
  await waiting(1)
  await hide(message, 0)
  await remove(await atWish)

  const afterDelay = receiveOne({ WaitTimeSeconds: 20 })
  await waiting(1)
  await send('b', { DelaySeconds: 7 })
  await waiting(1)
  clock.advance(7000)
  assert.equal((await afterDelay).Body, 'b')
})

test('a long poll does not wait to fill its batch', async (t) => {
  const { send, receive } = await testQueue(t)
  await send('a')
  await send('b')
  assert.equal((await receive({ WaitTimeSeconds: 20, MaxNumberOfMessages: 10 })).length, 2)
})

test('those who wait are served in the order in which they came', async (t) => {
  const { send, receiveOne, waiting } = await testQueue(t)
  const served: string[] = []
  const polls = ['first', 'second', 'third'].map(async (name, index) => {
    await waiting(index)
    const { Body } = await receiveOne({ WaitTimeSeconds: 20 })
    served.push(`${name} ${Body}`)
  })
  await waiting(3)
  for (const body of ['1', '2', '3']) await send(body)
  await Promise.all(polls)
  assert.deepEqual(served.sort(), ['first 1', 'second 2', 'third 3'])
})

test('a client that goes away takes no message with it', async (t) => {
  const { endpoint, url, send, receiveOne, waiting } = await testQueue(t)
  const gone = request(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
  })
  gone.on('error', () => {})
  gone.end(JSON.stringify({ QueueUrl: url, WaitTimeSeconds: 20 }))
  await waiting(1)
  const alive = receiveOne({ WaitTimeSeconds: 20, MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
  await waiting(2)
  gone.destroy()
  await waiting(1)
  await send('a')
  assert.equal((await alive).Attributes?.['ApproximateReceiveCount'], '1')
})

test('a long poll on a queue that is deleted fails', async (t) => {
  const { receive, waiting, sqs, url } = await testQueue(t)
  const polling = assert.rejects(receive({ WaitTimeSeconds: 20 }), { name: 'QueueDoesNotExist' })
  await waiting(1)
  await sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
  await polling
})
