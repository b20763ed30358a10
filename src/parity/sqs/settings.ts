import assert from 'node:assert/strict'
import {
  AddPermissionCommand,
  CreateQueueCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  RemovePermissionCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { query } from './query.ts'
import { createQueue } from './queue.ts'

const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/'
const recorded = 'LocalStack tests/aws/services/sqs/test_sqs.py::'

/** Tags, permissions, lists and the older protocol, beyond the fixture. */
export const settings: readonly OwnBehaviourTest[] = [
  {
    id: 'own-sqs-name-rules',
    sentence: 'A queue’s name is 1-80 letters, digits, hyphens and underscores.',
    source: `${api}API_CreateQueue.html`,
    async run(aws) {
      for (const QueueName of ['q'.repeat(81), 'with space', 'no/slash', 'dots.']) {
        await refused(aws.clients.sqs.send(new CreateQueueCommand({ QueueName })), {
          code: 'InvalidParameterValue',
          status: 400,
        })
      }
    },
  },
  {
    id: 'own-sqs-attribute-ranges',
    sentence: 'Attribute values outside their range are refused by name.',
    source: `${api}API_SetQueueAttributes.html`,
    async run(aws) {
      const { url: QueueUrl } = await createQueue(aws)
      const bad = {
        VisibilityTimeout: '43201',
        DelaySeconds: '901',
        MessageRetentionPeriod: '59',
        MaximumMessageSize: '1',
      }
      for (const [name, value] of Object.entries(bad)) {
        const call = new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } })
        await refused(aws.clients.sqs.send(call), {
          code: 'InvalidAttributeValue',
          status: 400,
          message: `Invalid value for the parameter ${name}.`,
        })
      }
    },
  },
  {
    id: 'own-sqs-attribute-unknown',
    sentence: 'An attribute that does not exist is refused.',
    source: `${api}API_SetQueueAttributes.html`,
    async run(aws) {
      const { url: QueueUrl } = await createQueue(aws)
      const call = new SetQueueAttributesCommand({ QueueUrl, Attributes: { Colour: 'red' } as object })
      await refused(aws.clients.sqs.send(call), {
        code: 'InvalidAttributeName',
        status: 400,
        message: 'Unknown Attribute Colour.',
      })
    },
  },
  {
    id: 'own-sqs-encryption-one-kind',
    sentence: 'A queue is encrypted in one way at one time.',
    source: `${recorded}test_sse_kms_and_sqs_are_mutually_exclusive`,
    async run(aws) {
      const { url: QueueUrl } = await createQueue(aws)
      const Attributes = { KmsMasterKeyId: 'testKeyId', SqsManagedSseEnabled: 'true' }
      await refused(aws.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })), {
        code: 'InvalidAttributeName',
        message:
          'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
      })
    },
  },
  {
    id: 'own-sqs-tags',
    sentence: 'Tags are added, replaced, listed and removed by key.',
    source: `${api}API_TagQueue.html`,
    async run(aws) {
      const { sqs } = aws.clients
      const { url: QueueUrl } = await createQueue(aws)
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'blue', cost: '1' } }))
      await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { cost: '2', stage: 'dev' } }))
      await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['team'] }))
      const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }))
      assert.deepEqual(Tags, { cost: '2', stage: 'dev' })
    },
  },
  {
    id: 'own-sqs-permissions',
    sentence: 'A permission becomes a statement of the queue’s policy, with its label once, and goes again.',
    source: `${recorded}test_sqs_permission_lifecycle`,
    async run(aws) {
      const { sqs } = aws.clients
      const { url: QueueUrl, arn, attributes } = await createQueue(aws)
      const added = { QueueUrl, Label: 'readers', AWSAccountIds: [aws.account], Actions: ['ReceiveMessage'] }
      await sqs.send(new AddPermissionCommand(added))
      const policy = JSON.parse((await attributes('Policy')).Policy) as unknown
      assert.deepEqual(policy, {
        Version: '2008-10-17',
        Id: `${arn}/SQSDefaultPolicy`,
        Statement: [
          {
            Sid: 'readers',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${aws.account}:root` },
            Action: 'SQS:ReceiveMessage',
            Resource: arn,
          },
        ],
      })
      await refused(sqs.send(new AddPermissionCommand(added)), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Value readers for parameter Label is invalid. Reason: Already exists.',
      })
      await sqs.send(new RemovePermissionCommand({ QueueUrl, Label: 'readers' }))
      assert.equal((await attributes('Policy')).Policy, undefined)
      await refused(sqs.send(new RemovePermissionCommand({ QueueUrl, Label: 'readers' })), {
        code: 'InvalidParameterValue',
        status: 400,
        message: "Value readers for parameter Label is invalid. Reason: can't find label.",
      })
    },
  },
  {
    id: 'own-sqs-list-pages',
    sentence: 'Queues are listed by prefix, in pages where MaxResults asks for it.',
    source: `${api}API_ListQueues.html`,
    async run(aws) {
      const prefix = aws.name()
      const urls: string[] = []
      for (const suffix of ['a', 'b', 'c']) urls.push((await createQueue(aws, {}, `${prefix}-${suffix}`)).url)
      await aws.eventually(async () => {
        const page = { QueueNamePrefix: prefix, MaxResults: 2 }
        const first = await aws.clients.sqs.send(new ListQueuesCommand(page))
        assert.equal(first.QueueUrls?.length, 2)
        assert.ok(first.NextToken, 'there should be a next page')
        const second = await aws.clients.sqs.send(new ListQueuesCommand({ ...page, NextToken: first.NextToken }))
        assert.equal(second.NextToken, undefined)
        assert.deepEqual([...first.QueueUrls, ...(second.QueueUrls ?? [])].sort(), urls)
      })
    },
  },
  {
    id: 'own-sqs-query-send',
    sentence: 'What the older query protocol sends, the JSON protocol receives.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests.html',
    async run(aws) {
      const queue = await createQueue(aws)
      const { status, headers, text } = await query(aws, {
        Action: 'SendMessage',
        QueueUrl: queue.url,
        MessageBody: 'a < b & c',
        'MessageAttribute.1.Name': 'k',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'v',
      })
      assert.equal(status, 200)
      assert.match(headers['content-type'] ?? '', /^text\/xml/)
      const received = await queue.receiveOne({ MessageAttributeNames: ['All'] })
      assert.equal(received.Body, 'a < b & c')
      assert.equal(received.MessageAttributes?.k?.StringValue, 'v')
      assert.match(text, new RegExp(`<MessageId>${received.MessageId}</MessageId>`))
      assert.match(text, new RegExp(`<MD5OfMessageAttributes>${received.MD5OfMessageAttributes}</`))
    },
  },
]
