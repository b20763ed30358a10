import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs'
import { createManualClock } from '../manual-clock.ts'
import { sqsClient, start, temporaryFolder } from '../start.ts'
import { testQueue, type TestQueue } from './queue.ts'

interface Dead {
  /** The queue whose messages died. */
  readonly source: TestQueue
  readonly dead: TestQueue
  readonly arn: string
  /** Sends messages to `source`, or another queue before this dead-letter queue, and lets them die. */
  kill(bodies: readonly string[], queue?: TestQueue): Promise<void>
  startTask(input?: Partial<StartMessageMoveTaskCommandInput>): Promise<string>
  tasks(count?: number): Promise<ListMessageMoveTasksResultEntry[]>
}

async function arnOf({ sqs, url }: TestQueue): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))
  return Attributes!['QueueArn']!
}

const redriveTo = (arn: string) => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 }) })

async function deadLetters(t: TestContext): Promise<Dead> {
  const source = await testQueue(t)
  const dead = await source.another('dead')
  const arn = await arnOf(dead)
  const { sqs } = dead
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: source.url, Attributes: redriveTo(arn) }))
  return {
    source,
    dead,
    arn,
    async kill(bodies, queue = source) {
      for (const body of bodies) await queue.send(body)
      for (let receives = 0; receives < bodies.length * 2; receives++) await queue.receive({ VisibilityTimeout: 0 })
    },
    async startTask(input) {
      return (await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn, ...input }))).TaskHandle!
    },
    async tasks(MaxResults = 10) {
      return (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults }))).Results!
    },
  }
}

async function drain(queue: TestQueue): Promise<string[]> {
  const bodies: string[] = []
  for (let found = await queue.receive({ MaxNumberOfMessages: 10 }); found.length > 0;) {
    bodies.push(...found.map(({ Body }) => Body!))
    found = await queue.receive({ MaxNumberOfMessages: 10 })
  }
  return bodies.sort()
}

test('a task moves dead letters to the queue it names, and says how many', async (t) => {
  const { kill, startTask, tasks, dead, arn, source } = await deadLetters(t)
  await kill(['a', 'b'])
  const [{ MessageId: former } = { MessageId: '' }] = await dead.receive({ VisibilityTimeout: 0 })
  const destination = await source.another('destination')
  const handle = await startTask({ DestinationArn: await arnOf(destination) })
  const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString()) as Record<string, string>
  assert.match(taskId, /^[0-9a-f-]{36}$/)
  assert.equal(sourceArn, arn)
  assert.deepEqual(await tasks(), [
    {
      Status: 'COMPLETED',
      SourceArn: arn,
      DestinationArn: await arnOf(destination),
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
      StartedTimestamp: source.clock.now(),
    },
  ])
  assert.deepEqual(await dead.receive(), [])
  const moved = await destination.receive({ MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] })
  assert.deepEqual(moved.map(({ Body }) => Body!).sort(), ['a', 'b'])
  for (const { Attributes, MessageId } of moved) {
    assert.notEqual(MessageId, former, 'a moved message is a new one')
    assert.equal(Attributes!['ApproximateReceiveCount'], '1')
    assert.equal(Attributes!['SentTimestamp'], String(source.clock.now()))
  }
})

test('without a destination each message goes back to where it came from', async (t) => {
  const { kill, startTask, tasks, source, arn } = await deadLetters(t)
  const other = await source.another('other', redriveTo(arn))
  await kill(['a', 'b'])
  await kill(['c', 'd'], other)
  await startTask()
  const [task] = await tasks()
  assert.equal(task.ApproximateNumberOfMessagesMoved, 4)
  assert.equal(task.DestinationArn, undefined)
  assert.deepEqual(
    [await drain(source), await drain(other)],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  )
})

test('a message sent to the dead-letter queue by hand has nowhere to go back to', async (t) => {
  const { startTask, tasks, dead } = await deadLetters(t)
  await dead.send('by hand')
  await startTask()
  const [task] = await tasks()
  assert.deepEqual([task.Status, task.FailureReason], ['FAILED', 'CouldNotDetermineMessageSource'])
  assert.equal((await dead.receive()).length, 1)
})

test('a rate is kept, and only the running task has a handle', async (t) => {
  const { kill, startTask, tasks, source, dead } = await deadLetters(t)
  await kill(['a', 'b', 'c', 'd', 'e'])
  const handle = await startTask({ MaxNumberOfMessagesPerSecond: 2 })
  const moved: unknown[] = []
  for (let second = 0; second < 3; second++) {
    const [task] = await tasks()
    moved.push([task.Status, task.ApproximateNumberOfMessagesMoved, task.TaskHandle])
    source.clock.advance(999)
    assert.equal((await tasks())[0].ApproximateNumberOfMessagesMoved, task.ApproximateNumberOfMessagesMoved)
    source.clock.advance(1)
  }
  assert.deepEqual(moved, [
    ['RUNNING', 2, handle],
    ['RUNNING', 4, handle],
    ['COMPLETED', 5, undefined],
  ])
  assert.deepEqual(await dead.counts(), [0, 0, 0])
})

test('a task is cancelled with what it has moved', async (t) => {
  const { kill, startTask, tasks, source, dead } = await deadLetters(t)
  await kill(['a', 'b', 'c'])
  const TaskHandle = await startTask({ MaxNumberOfMessagesPerSecond: 1 })
  const cancel = () => dead.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
  assert.equal((await cancel()).ApproximateNumberOfMessagesMoved, 1)
  assert.equal((await tasks())[0].Status, 'CANCELLING')
  await assert.rejects(startTask(), { name: 'InvalidParameterValue' })
  source.clock.advance(1000)
  const [task] = await tasks()
  assert.deepEqual([task.Status, task.ApproximateNumberOfMessagesMoved, task.TaskHandle], ['CANCELLED', 1, undefined])
  source.clock.advance(5000)
  assert.deepEqual(await dead.counts(), [2, 0, 0])
  await assert.rejects(cancel(), { name: 'InvalidParameterValue', message: 'Only active tasks can be cancelled.' })
})

test('one task at a time, and the last ten are told, newest first', async (t) => {
  const { kill, startTask, tasks, source } = await deadLetters(t)
  await kill(['a', 'b'])
  await startTask({ MaxNumberOfMessagesPerSecond: 1 })
  await assert.rejects(startTask(), {
    name: 'InvalidParameterValue',
    message: 'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
  })
  for (let more = 0; more < 11; more++) {
    source.clock.advance(1000)
    await startTask()
  }
  const started = (await tasks()).map(({ StartedTimestamp }) => StartedTimestamp!)
  assert.equal(started.length, 10)
  assert.deepEqual(
    started,
    started.toSorted((a, b) => b - a),
  )
  assert.deepEqual(
    (await tasks(1)).map(({ StartedTimestamp }) => StartedTimestamp),
    [source.clock.now()],
  )
})

test('a task fails when the queue it moves to is deleted', async (t) => {
  const { kill, startTask, tasks, source, dead } = await deadLetters(t)
  await kill(['a', 'b', 'c'])
  const destination = await source.another('destination')
  await startTask({ DestinationArn: await arnOf(destination), MaxNumberOfMessagesPerSecond: 1 })
  await dead.sqs.send(new DeleteQueueCommand({ QueueUrl: destination.url }))
  source.clock.advance(1000)
  const [task] = await tasks()
  assert.deepEqual(
    [task.Status, task.FailureReason, task.ApproximateNumberOfMessagesMoved],
    ['FAILED', 'AWS.SimpleQueueService.NonExistentQueue', 1],
  )
  assert.deepEqual(await dead.counts(), [2, 0, 0])
})

test('a waiting receive gets what a task brings', async (t) => {
  const { kill, startTask, source } = await deadLetters(t)
  await kill(['a'])
  const destination = await source.another('destination')
  const waiting = destination.receive({ WaitTimeSeconds: 20 })
  await destination.waiting(1)
  await startTask({ DestinationArn: await arnOf(destination) })
  assert.equal((await waiting)[0].Body, 'a')
})

test('what no task can be made of is refused in AWS’s words', async (t) => {
  const { startTask, source, dead, arn } = await deadLetters(t)
  const sourceArn = await arnOf(source)
  const fifo = await source.another('other.fifo', { FifoQueue: 'true' })
  const notThere = (parameter: string) => ({
    name: 'ResourceNotFoundException',
    message: `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  })
  const invalid = (message: string) => ({ name: 'InvalidParameterValue', message })
  await assert.rejects(startTask({ SourceArn: `${arn}x` }), notThere('SourceArn'))
  await assert.rejects(startTask({ SourceArn: arn.replace('us-east-1', 'eu-west-1') }), notThere('SourceArn'))
  await assert.rejects(startTask({ DestinationArn: `${arn}x` }), notThere('DestinationArn'))
  const noDead = invalid('Source queue must be configured as a Dead Letter Queue.')
  await assert.rejects(startTask({ SourceArn: sourceArn, DestinationArn: arn }), noDead)
  await assert.rejects(
    startTask({ DestinationArn: arn }),
    invalid('Source queue arn and destination queue arn cannot be the same.'),
  )
  await assert.rejects(
    startTask({ DestinationArn: await arnOf(fifo) }),
    invalid('The source queue and destination queue must be of the same queue type.'),
  )
  for (const MaxNumberOfMessagesPerSecond of [0, 501]) {
    await assert.rejects(
      startTask({ MaxNumberOfMessagesPerSecond }),
      invalid(
        "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 and 500.",
      ),
    )
  }
  const cancel = (TaskHandle: string) => dead.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
  const handle = (of: string) => Buffer.from(JSON.stringify({ taskId: 'x', sourceArn: of })).toString('base64')
  await assert.rejects(cancel('foobared'), invalid('Value for parameter TaskHandle is invalid.'))
  await assert.rejects(cancel(handle(`${arn}x`)), notThere('SourceArn'))
  await assert.rejects(cancel(handle(arn)), { name: 'ResourceNotFoundException', message: 'Task does not exist.' })
})

test('a FIFO queue’s dead letters go back in the order of their group', async (t) => {
  const first = await testQueue(t)
  const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  const dead = await first.another('dead.fifo', fifo)
  const arn = await arnOf(dead)
  const source = await first.another('source.fifo', { ...fifo, ...redriveTo(arn) })
  for (const body of ['1', '2', '3']) await source.send(body, { MessageGroupId: 'g' })
  await source.send('other', { MessageGroupId: 'h' })
  for (let receives = 0; receives < 8; receives++) await source.receive({ VisibilityTimeout: 0 })
  assert.deepEqual(await dead.counts(), [4, 0, 0])
  const destination = await first.another('destination.fifo', fifo)
  const command = new StartMessageMoveTaskCommand({ SourceArn: arn, DestinationArn: await arnOf(destination) })
  await dead.sqs.send(command)
  assert.deepEqual(await dead.counts(), [0, 0, 0])
  const found = await destination.receive({ MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] })
  const ofGroup = found.filter(({ Attributes }) => Attributes!['MessageGroupId'] === 'g').map(({ Body }) => Body)
  assert.deepEqual(ofGroup, ['1', '2', '3'])
})

test('a task goes on where it was after a restart', async (t) => {
  const dataFolder = temporaryFolder(t)
  const clock = createManualClock()
  const first = await start(t, { dataFolder, clock })
  const sqs = sqsClient(t, first.endpoint)
  const create = async (QueueName: string, Attributes?: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl
  await create('dead')
  const SourceArn = 'arn:aws:sqs:us-east-1:000000000000:dead'
  const QueueUrl = await create('source', redriveTo(SourceArn))
  for (const MessageBody of ['a', 'b', 'c']) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  for (let receives = 0; receives < 6; receives++) {
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))
  }
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond: 1 }))
  await first.stop()

  const { endpoint } = await start(t, { dataFolder, clock })
  const again = sqsClient(t, endpoint)
  const told = async () => {
    const { Results } = await again.send(new ListMessageMoveTasksCommand({ SourceArn }))
    return Results!.map(({ Status, ApproximateNumberOfMessagesMoved: moved }) => [Status, moved])
  }
  assert.deepEqual(await told(), [['RUNNING', 1]])
  clock.advance(1000)
  assert.deepEqual(await told(), [['RUNNING', 2]])
  clock.advance(1000)
  assert.deepEqual(await told(), [['COMPLETED', 3]])
})
