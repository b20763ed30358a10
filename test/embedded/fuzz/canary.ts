import assert from 'node:assert/strict'
import { dynamodb, secrets, sqs } from './requests/samples.ts'

/** Work of somebody else's on the same server, that no attack is about. */
export interface Canary {
  /** Makes it. */
  put(): Promise<void>
  /** Throws AssertionError where any of it is missing or changed. */
  check(): Promise<void>
  /** Makes anew what attacks may have removed: the things that well-formed requests are about. */
  restoreTargets(): Promise<void>
}

const body = 'the canary sings '.repeat(1000)
const QueueUrl = 'http://localhost/000000000000/canary'
const Item = { p: { S: 'canary' }, n: { N: '1' }, l: { L: [{ BOOL: true }, { B: 'AAEC' }] } }
const table = dynamodb['CreateTable'] as Record<string, unknown>

export function createCanary(endpoint: string): Canary {
  const signal = (): AbortSignal => AbortSignal.timeout(20_000)

  async function call(target: string, input: unknown): Promise<Record<string, unknown>> {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }
    const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input), signal: signal() })
    return (await response.json()) as Record<string, unknown>
  }

  async function ok(target: string, input: unknown): Promise<Record<string, unknown>> {
    const answer = await call(target, input)
    assert.equal(answer['__type'], undefined, `${target}: ${JSON.stringify(answer)}`)
    return answer
  }

  const s3 = (method: string, path: string, text?: string): Promise<Response> =>
    fetch(`${endpoint}${path}`, { method, body: text, signal: signal() })

  return {
    async put() {
      // 14 days: attacks may move the clock.
      const Attributes = { MessageRetentionPeriod: '1209600' }
      await ok('AmazonSQS.CreateQueue', { QueueName: 'canary', Attributes })
      await ok('AmazonSQS.SendMessage', { QueueUrl, MessageBody: body })
      await ok('secretsmanager.CreateSecret', {
        ...(secrets['CreateSecret'] as object),
        Name: 'canary',
        SecretString: body,
      })
      await ok('DynamoDB_20120810.CreateTable', { ...table, TableName: 'canary' })
      await ok('DynamoDB_20120810.PutItem', { TableName: 'canary', Item })
      assert.equal((await s3('PUT', '/canary')).status, 200)
      assert.equal((await s3('PUT', '/canary/a/../b', body)).status, 200)
    },
    async check() {
      assert.equal((await s3('GET', '/_turnaround/health')).status, 200)
      const peek = { QueueUrl, VisibilityTimeout: 0 }
      const { Messages } = (await ok('AmazonSQS.ReceiveMessage', peek)) as { Messages?: { Body: string }[] }
      assert.deepEqual(
        Messages?.map(({ Body }) => Body),
        [body],
        'the message',
      )
      assert.equal(
        (await ok('secretsmanager.GetSecretValue', { SecretId: 'canary' }))['SecretString'],
        body,
        'the secret',
      )
      const read = await ok('DynamoDB_20120810.GetItem', { TableName: 'canary', Key: { p: Item.p } })
      assert.deepEqual(read['Item'], Item, 'the item')
      assert.equal(await (await s3('GET', '/canary/a/../b')).text(), body, 'the object')
    },
    async restoreTargets() {
      const made = [
        call('AmazonSQS.CreateQueue', { QueueName: 'target' }),
        call('AmazonSQS.CreateQueue', { QueueName: 'target.fifo', Attributes: { FifoQueue: 'true' } }),
        call('secretsmanager.CreateSecret', secrets['CreateSecret']),
        call('DynamoDB_20120810.CreateTable', table),
        call('AmazonSQS.SendMessage', sqs['SendMessage']),
      ]
      await s3('PUT', '/target')
      await s3('PUT', '/target/a', body)
      await Promise.all(made)
    },
  }
}
