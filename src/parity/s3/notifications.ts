import assert from 'node:assert/strict'
import { type Event, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { createQueue } from '../sqs/queue.ts'
import { type Bucket, createBucket } from './bucket.ts'

const recorded = 'LocalStack tests/aws/services/s3/test_s3_notifications_sqs.py::TestS3NotificationsToSQS::'

/** What a bucket tells a queue, beyond the fixture. */
export const notifications: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-notify-created',
    sentence: 'A put is told to a queue, with the key encoded and the ETag bare.',
    source: `${recorded}test_key_encoding`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const events = await notify(aws, bucket, ['s3:ObjectCreated:*'])
      await bucket.put('a@b', 'something')
      const [event] = await events(1)
      assert.equal(event.eventName, 'ObjectCreated:Put')
      assert.equal(event.eventSource, 'aws:s3')
      assert.equal(event.awsRegion, aws.region)
      assert.deepEqual([event.s3.s3SchemaVersion, event.s3.configurationId], ['1.0', 'all'])
      assert.deepEqual([event.s3.bucket.name, event.s3.bucket.arn], [bucket.name, `arn:aws:s3:::${bucket.name}`])
      const { key, eTag, size, sequencer } = event.s3.object
      assert.deepEqual([key, eTag, size], ['a%40b', '437b930db84b8079c2dd804a71936b5f', 9])
      assert.match(sequencer ?? '', /^[0-9A-F]+$/)
    },
  },
  {
    id: 'own-s3-notify-removed',
    sentence: 'A removal is told only where removals are asked for, without ETag and size.',
    source: `${recorded}test_object_created_and_object_removed`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const events = await notify(aws, bucket, ['s3:ObjectRemoved:*'])
      await bucket.put('k', 'something')
      await bucket.delete('k')
      const [event] = await events(1)
      assert.equal(event.eventName, 'ObjectRemoved:Delete')
      assert.deepEqual([event.s3.object.key, event.s3.object.eTag, event.s3.object.size], ['k', undefined, undefined])
    },
  },
]

interface S3Event {
  readonly eventName: string
  readonly eventSource: string
  readonly awsRegion: string
  readonly s3: {
    readonly s3SchemaVersion: string
    readonly configurationId: string
    readonly bucket: { readonly name: string; readonly arn: string }
    readonly object: {
      readonly key: string
      readonly eTag?: string
      readonly size?: number
      readonly sequencer?: string
    }
  }
}

/** Has the bucket tell a queue; answers a function that receives so many events (S3's own test event is not one). */
async function notify(aws: ContractEnvironment, bucket: Bucket, Events: Event[]) {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  }
  const queue = await createQueue(aws, { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) })
  const QueueConfigurations = [{ Id: 'all', QueueArn: queue.arn, Events }]
  const NotificationConfiguration = { QueueConfigurations }
  const call = new PutBucketNotificationConfigurationCommand({ Bucket: bucket.name, NotificationConfiguration })
  await aws.clients.s3.send(call)
  return async (count: number): Promise<S3Event[]> => {
    const events: S3Event[] = []
    while (events.length < count) {
      const { Body } = await queue.receiveOne({ MaxNumberOfMessages: 1 })
      const { Records = [] } = JSON.parse(Body!) as { Records?: S3Event[] }
      events.push(...Records)
    }
    return events
  }
}
