import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientConfig, sqsClient, start } from './start.ts'

test('an object that is put is told to a queue of the same server, after the test event', async (t) => {
  const { endpoint } = await start(t, { inMemory: true })
  const sqs = sqsClient(t, endpoint)
  const s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true })
  t.after(() => s3.destroy())
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'photos' }))
  const queue = { QueueArn: 'arn:aws:sqs:us-east-1:000000000000:events', Events: ['s3:ObjectCreated:*' as const] }
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: 'photos',
      NotificationConfiguration: { QueueConfigurations: [queue] },
    }),
  )
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'cat.jpg', Body: 'meow' }))

  const received: { Event?: string; Records?: { eventName: string; s3: { object: { key: string } } }[] }[] = []
  while (received.length < 2) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }))
    assert.ok(Messages.length > 0, 'no event came in 5 s')
    for (const { Body, ReceiptHandle } of Messages) {
      received.push(JSON.parse(Body!) as (typeof received)[number])
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
  assert.equal(received[0].Event, 's3:TestEvent')
  assert.equal(received[1].Records![0].eventName, 'ObjectCreated:Put')
  assert.equal(received[1].Records![0].s3.object.key, 'cat.jpg')
})
