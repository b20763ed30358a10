import assert from 'node:assert/strict'
import test from 'node:test'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { killMoment, startKillable } from './killable-server.ts'
import { eventually, secretsClient, sqsClient, start, temporaryFolder } from './start.ts'

async function makeQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  return { QueueUrl: QueueUrl!, arn: answer.Attributes!['QueueArn'] }
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages === undefined) return bodies
    bodies.push(...Messages.map(({ Body }) => Body!))
  }
}

test('a move task that a kill -9 interrupts goes on in the next server, and each message is in one queue, once', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const sqs = sqsClient(t, server.endpoint)
  const dead = await makeQueue(sqs, 'dead')
  await makeQueue(sqs, 'work', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
  })
  const target = await makeQueue(sqs, 'target')
  const bodies = Array.from({ length: 600 }, (_, i) => `${i}`)
  for (let i = 0; i < bodies.length; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, j) => ({ Id: `${j}`, MessageBody }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: dead.QueueUrl, Entries }))
  }
  const task = { SourceArn: dead.arn, DestinationArn: target.arn, MaxNumberOfMessagesPerSecond: 500 }
  await sqs.send(new StartMessageMoveTaskCommand(task))
  const list = new ListMessageMoveTasksCommand({ SourceArn: dead.arn })
  await server.killDuring(killMoment(t, 1, 60), 1, async () => void (await sqs.send(list)))

  const aws = await start(t, { dataFolder })
  const later = sqsClient(t, aws.endpoint)
  await eventually(async () => (await later.send(list)).Results?.[0]?.Status === 'COMPLETED', 'the task is completed')
  const [left, moved] = [await receiveAll(later, dead.QueueUrl), await receiveAll(later, target.QueueUrl)]
  assert.deepEqual(left, [])
  assert.deepEqual(moved.toSorted(), bodies.toSorted())
})

test('a FIFO queue keeps its order and its deduplication over kill -9, and what was deleted stays away', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const sqs = sqsClient(t, server.endpoint)
  const { QueueUrl } = await makeQueue(sqs, 'work.fifo', { FifoQueue: 'true' })
  const message = (worker: number, round: number) =>
    new SendMessageCommand({
      QueueUrl,
      MessageBody: `${worker}-${round}`,
      MessageGroupId: `group-${worker}`,
      MessageDeduplicationId: `${worker}-${round}`,
    })
  const sent = new Map<number, number>()
  const deleted = new Set<string>()
  await server.killDuring(killMoment(t, 20, 300), 6, async (worker, round) => {
    await sqs.send(message(worker, round))
    sent.set(worker, round + 1)
    if (round % 2 === 0) return
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    for (const { Body, ReceiptHandle } of Messages) {
      // Whether an unanswered delete took effect is open.
      deleted.add(Body!)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  })

  const aws = await start(t, { dataFolder })
  const later = sqsClient(t, aws.endpoint)
  // Sent once more, all of them: known within five minutes.
  for (const [worker, count] of sent) {
    for (let round = 0; round < count; round += 1) await later.send(message(worker, round))
  }
  aws.advance(60)
  const found = new Map<number, number[]>()
  for (;;) {
    const { Messages } = await later.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages === undefined) break
    for (const { Body, ReceiptHandle } of Messages) {
      const [worker, round] = Body!.split('-').map(Number)
      found.set(worker, [...(found.get(worker) ?? []), round])
      await later.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
  for (const [worker, count] of sent) {
    const rounds = found.get(worker) ?? []
    assert.deepEqual(
      rounds,
      rounds.toSorted((a, b) => a - b),
      `group ${worker} is in order`,
    )
    assert.equal(new Set(rounds).size, rounds.length, `group ${worker} has nothing twice`)
    const missing = Array.from({ length: count }, (_, round) => round).filter((round) => !rounds.includes(round))
    assert.deepEqual(
      missing.filter((round) => !deleted.has(`${worker}-${round}`)),
      [],
      `group ${worker} has lost nothing`,
    )
  }
})

test('the value of a secret that was put last and acknowledged is the current one after kill -9', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const secrets = secretsClient(t, server.endpoint)
  const names = ['0', '1', '2', '3']
  for (const Name of names) await secrets.send(new CreateSecretCommand({ Name, SecretString: '-1' }))
  const last = new Map<string, number>()
  await server.killDuring(killMoment(t, 10, 200), names.length, async (worker, round) => {
    await secrets.send(new PutSecretValueCommand({ SecretId: names[worker], SecretString: `${round}` }))
    last.set(names[worker], round)
  })

  const aws = await start(t, { dataFolder })
  const later = secretsClient(t, aws.endpoint)
  for (const [SecretId, round] of last) {
    const current = Number((await later.send(new GetSecretValueCommand({ SecretId }))).SecretString)
    assert.ok(current === round || current === round + 1, `${SecretId}: ${current}, acknowledged ${round}`)
    const VersionStage = 'AWSPREVIOUS'
    const previous = await later.send(new GetSecretValueCommand({ SecretId, VersionStage }))
    assert.equal(Number(previous.SecretString), current - 1)
  }
})
