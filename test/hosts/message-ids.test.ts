import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageIds } from '../../src/hosts/threads/message-ids.ts'

const idsOf = (body: string) =>
  messageIds({ body, messageId: 'm-1', receiptHandle: '', sentAtMs: 0, firstReceivedAtMs: 0, receiveCount: 1 })

test('a message has the ids it names, and SQS’s message id correlates what names none', () => {
  assert.deepEqual(idsOf('{"job_id":"j","run_id":"r"}'), { run_id: 'r', job_id: 'j', correlation_id: 'm-1' })
  assert.equal(idsOf('{"job_id":"j","correlation_id":"order-7"}').correlation_id, 'order-7')
})

test('what is no job message still has all three', () => {
  for (const body of ['', '{', 'null', '[]', '"text"', '{"job_id":7,"run_id":{}}'])
    assert.deepEqual(idsOf(body), { run_id: null, job_id: null, correlation_id: 'm-1' })
})
