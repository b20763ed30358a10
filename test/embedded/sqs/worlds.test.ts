import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { clientConfig, start } from '../start.ts'

const ours = '111111111111'
const theirs = '222222222222'

interface World {
  readonly sqs: SQSClient
  /** Answers its URL. */
  create(name: string, attributes?: Record<string, string>): Promise<string>
  receive(QueueUrl: string): Promise<string | undefined>
  send(QueueUrl: string, MessageBody: string): Promise<unknown>
}

async function worlds(t: TestContext): Promise<(accountId: string, region: string) => World> {
  const { endpoint } = await start(t)
  return (accountId, region) => {
    const credentials = { accessKeyId: accountId, secretAccessKey: 'any' }
    // A queue URL may name a host of AWS's: the request still goes to our server.
    const sqs = new SQSClient({ ...clientConfig(endpoint), region, credentials, useQueueUrlAsEndpoint: false })
    t.after(() => sqs.destroy())
    return {
      sqs,
      async create(QueueName, Attributes = {}) {
        return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!
      },
      async receive(QueueUrl) {
        return (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body
      },
      send: (QueueUrl, MessageBody) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    }
  }
}

test('queues of one name in two accounts and two regions are four queues', async (t) => {
  const world = await worlds(t)
  const all = [ours, theirs].flatMap((account) => ['eu-west-1', 'us-east-1'].map((region) => ({ account, region })))
  for (const { account, region } of all) {
    const { create, send, sqs } = world(account, region)
    const url = await create('work')
    await send(url, `${account} ${region}`)
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}))
    assert.deepEqual(QueueUrls, [url])
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    )
    assert.deepEqual(Attributes, { QueueArn: `arn:aws:sqs:${region}:${account}:work` })
  }
  for (const { account, region } of all) {
    const { receive } = world(account, region)
    assert.equal(await receive(`http://127.0.0.1/${account}/work`), `${account} ${region}`)
  }
})

test('a URL names its account in the caller’s region, in every shape that SDKs send', async (t) => {
  const world = await worlds(t)
  const owner = world(ours, 'eu-west-1')
  await owner.create('work')
  const urls = [
    `https://sqs.eu-west-1.amazonaws.com/${ours}/work`,
    `https://eu-west-1.queue.amazonaws.com/${ours}/work`,
    `http://sqs.eu-west-1.localhost.localstack.cloud:4566/${ours}/work`,
    `http://localhost:4566/queue/eu-west-1/${ours}/work`,
    `/${ours}/work`,
  ]
  for (const url of urls) {
    await owner.send(url, url)
    assert.equal(await owner.receive(url), url)
  }
  // Another account's, as far as nobody checks who may.
  await world(theirs, 'eu-west-1').send(urls[0], 'from them')
  assert.equal(await owner.receive(urls[0]), 'from them')
  await assert.rejects(world(ours, 'us-east-1').receive(urls[2]), { name: 'QueueDoesNotExist' })
  await assert.rejects(world(ours, 'us-east-1').receive(urls[0]), {
    name: 'InvalidAddress',
    message: `The address ${urls[0]} is not valid for this endpoint.`,
  })
})

test('the sender’s account comes with its messages', async (t) => {
  const world = await worlds(t)
  const owner = world(ours, 'eu-west-1')
  const QueueUrl = await owner.create('work')
  for (const account of [ours, theirs]) {
    await world(account, 'eu-west-1').send(QueueUrl, account)
    const ask = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['SenderId'] })
    const { Messages } = await owner.sqs.send(ask)
    assert.deepEqual(Messages?.[0]?.Attributes, { SenderId: account })
  }
})

test('GetQueueUrl finds another account’s queue when its owner is named', async (t) => {
  const world = await worlds(t)
  const url = await world(ours, 'eu-west-1').create('work')
  const { sqs } = world(theirs, 'eu-west-1')
  const found = await sqs.send(new GetQueueUrlCommand({ QueueName: 'work', QueueOwnerAWSAccountId: ours }))
  assert.equal(found.QueueUrl, url)
  await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: 'work' })), { name: 'QueueDoesNotExist' })
})

test('a dead-letter queue is of the same account and region', async (t) => {
  const world = await worlds(t)
  const owner = world(ours, 'eu-west-1')
  await owner.create('dead')
  const policy = (arn: string): Record<string, string> => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 }),
  })
  await owner.create('source', policy(`arn:aws:sqs:eu-west-1:${ours}:dead`))
  await assert.rejects(owner.create('b', policy(`arn:aws:sqs:us-east-1:${ours}:dead`)), /must be in same region/)
  await assert.rejects(owner.create('c', policy(`arn:aws:sqs:eu-west-1:${theirs}:dead`)), /owner should be same/)
})
