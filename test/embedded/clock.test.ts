import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import type { EmbeddedAws } from '../../src/embedded/index.ts'
import { createManualClock } from './manual-clock.ts'
import { eventually, sqsClient, start, temporaryFolder } from './start.ts'

interface Answer {
  readonly status: number
  readonly body: { now: string; offset_seconds: number | null; error?: string }
}

async function ask({ endpoint }: EmbeddedAws, advance_seconds?: unknown): Promise<Answer> {
  const body = advance_seconds === undefined ? {} : { method: 'POST', body: JSON.stringify({ advance_seconds }) }
  const response = await fetch(`${endpoint}/_turnaround/clock`, body)
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

async function queueOf(t: TestContext, { endpoint }: EmbeddedAws) {
  const sqs = sqsClient(t, endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  return { sqs, QueueUrl: QueueUrl! }
}

test('a message hidden for twelve hours comes as soon as the clock is moved by as many', async (t) => {
  const aws = await start(t, { inMemory: true })
  const { sqs, QueueUrl } = await queueOf(t, aws)
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  const { ReceiptHandle } = Messages![0]
  // One second less: the receive has already begun the twelve hours that a delivery may stay hidden.
  const VisibilityTimeout = 12 * 3600 - 1
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }))
  assert.equal((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages, undefined)
  const before = await ask(aws)
  const { status, body } = await ask(aws, 12 * 3600)
  assert.equal(status, 200)
  assert.equal(body.offset_seconds, 12 * 3600)
  assert.ok(Date.parse(body.now) - Date.parse(before.body.now) >= 12 * 3_600_000)
  assert.equal((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length, 1)
})

test('a long poll that is under way ends when the clock passes its wait, and gets what becomes visible', async (t) => {
  const aws = await start(t, { inMemory: true })
  const { sqs, QueueUrl } = await queueOf(t, aws)
  const poll = () => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  const isWaiting = async (): Promise<boolean> => {
    const state = (await (await fetch(`${aws.endpoint}/_turnaround/state`)).json()) as { queues: { waiting: number }[] }
    return state.queues[0].waiting === 1
  }
  const empty = poll()
  await eventually(isWaiting, 'the poll waits')
  aws.advance(20)
  assert.equal((await empty).Messages, undefined)

  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 10 }))
  const late = poll()
  await eventually(isWaiting, 'the poll waits again')
  aws.advance(10)
  assert.equal((await late).Messages?.[0].Body, 'late')
})

test('the clock stays moved for the next server on the folder, until a reset', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  const { sqs, QueueUrl } = await queueOf(t, first)
  first.advance(3600)
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  await first.stop()
  const second = await start(t, { dataFolder })
  assert.equal((await ask(second)).body.offset_seconds, 3600)
  const again = sqsClient(t, second.endpoint)
  assert.equal((await again.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length, 1, 'visible at once')
  await second.reset()
  assert.equal((await ask(second)).body.offset_seconds, 0)
  await second.stop()
  assert.equal((await ask(await start(t, { dataFolder }))).body.offset_seconds, 0)
})

test('what is no forward step of up to ten years is refused', async (t) => {
  const aws = await start(t, { inMemory: true })
  for (const wrong of [-1, 4e8, '60', null, {}]) {
    const { status, body } = await ask(aws, wrong)
    assert.equal(status, 400)
    assert.match(body.error!, /advance_seconds|0-316224000 seconds/)
  }
  assert.equal((await fetch(`${aws.endpoint}/_turnaround/clock`, { method: 'POST' })).status, 400)
  assert.throws(() => aws.advance(NaN), RangeError)
  assert.equal((await ask(aws)).body.offset_seconds, 0)
})

test('a clock that was given is not moved by the server', async (t) => {
  const clock = createManualClock()
  const aws = await start(t, { inMemory: true, clock })
  assert.deepEqual(await ask(aws), {
    status: 200,
    body: { now: '2026-01-01T00:00:00.000Z', offset_seconds: null },
  })
  assert.equal((await ask(aws, 1)).status, 409)
  assert.throws(() => aws.advance(1), { code: 'CLOCK_NOT_MOVABLE' })
})
