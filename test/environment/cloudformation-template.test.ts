import { ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb'
import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import { ListQueueTagsCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudFormationTemplate } from '../../src/environment/cloudformation-template.ts'
import { resourceNames } from '../../src/environment/names.ts'
import { provision } from '../../src/environment/provision.ts'
import { resourceCalls } from '../../src/environment/resource-calls.ts'
import { resourceTags } from '../../src/environment/resource-tags.ts'
import { credentials, server, stage } from './stage.ts'

const TYPES = { Queue: 'AWS::SQS::Queue', Bucket: 'AWS::S3::Bucket', Table: 'AWS::DynamoDB::Table' } as const

test('the template holds every resource of the one definition, by its name, and no other', () => {
  const { Resources } = cloudFormationTemplate('uat')
  const named = Object.values(Resources).map(
    ({ Properties: { QueueName, BucketName, TableName } }) => QueueName ?? TableName ?? BucketName,
  )
  const expected = Object.values(resourceNames('uat', '${AWS::AccountId}')).map((name) =>
    name.includes('$') ? { 'Fn::Sub': name } : name,
  )
  const asText = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort()
  assert.deepEqual(asText(named), asText(expected))
  for (const [id, { Type }] of Object.entries(Resources)) {
    assert.equal(Type, TYPES[/(Queue|Bucket|Table)$/.exec(id)![0] as keyof typeof TYPES])
  }
})

test('what the calls say of a resource stands in the template too', () => {
  const { Resources } = cloudFormationTemplate('uat')
  assert.deepEqual(Resources.IncomingQueue.Properties.RedrivePolicy, {
    deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
    maxReceiveCount: 3,
  })
  assert.equal(Resources.IncomingQueue.Properties.MessageRetentionPeriod, 7 * 24 * 3600)
  assert.equal(Resources.DeadLetterQueue.Properties.MessageRetentionPeriod, 14 * 24 * 3600)
  assert.deepEqual(Resources.ResultsBucket.Properties.VersioningConfiguration, { Status: 'Enabled' })
  assert.equal(Resources.ResultsBucket.DeletionPolicy, 'Retain')
  assert.deepEqual(Resources.JobsTable.Properties.TimeToLiveSpecification, {
    AttributeName: 'expires_at',
    Enabled: true,
  })
  for (const bucket of ['DataBucket', 'ResultsBucket']) {
    const { PublicAccessBlockConfiguration } = Resources[bucket].Properties
    assert.deepEqual(new Set(Object.values(PublicAccessBlockConfiguration as object)), new Set([true]))
  }
})

test('every resource carries the tags of requirement 001, PerfTestRun as a parameter', () => {
  for (const { Properties } of Object.values(cloudFormationTemplate('uat').Resources)) {
    assert.deepEqual(Properties.Tags, [
      { Key: 'PerfTestRun', Value: { 'Fn::Sub': '${TestRunId}' } },
      { Key: 'Purpose', Value: 'PerformanceTesting' },
      { Key: 'Environment', Value: 'uat' },
      { Key: 'Project', Value: 'turnaround' },
    ])
  }
})

test('TEST_RUN_ID tags what is provisioned, and another one replaces it', async (t) => {
  credentials(t)
  const environment = await stage(t, await server(t))
  const { clients, names, queueUrl, region, account } = environment
  t.after(() => Reflect.deleteProperty(process.env, 'TEST_RUN_ID'))
  for (const testRunId of ['baseline-256mb', 'test-512mb']) {
    process.env.TEST_RUN_ID = testRunId
    await provision(environment)
  }
  const expected = { ...resourceTags('uat', 'test-512mb') }
  const ResourceArn = `arn:aws:dynamodb:${region}:${account}:table/${names.jobs}`
  const queue = await clients.sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl(names.incoming) }))
  const bucket = await clients.s3.send(new GetBucketTaggingCommand({ Bucket: names.results }))
  const table = await clients.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }))
  const byKey = (tags: readonly { Key?: string; Value?: string }[] = []) =>
    Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
  assert.deepEqual({ ...queue.Tags }, expected)
  assert.deepEqual(byKey(bucket.TagSet), expected)
  assert.deepEqual(byKey(table.Tags), expected)
})

test('a TEST_RUN_ID that AWS takes for no tag is refused before any call', () => {
  assert.throws(() => resourceTags('uat', 'a;b'), /TEST_RUN_ID: must be 1-256 letters/)
  assert.throws(() => resourceTags('uat', 'a'.repeat(257)), /TEST_RUN_ID/)
  assert.equal(resourceTags('uat', 'release 4.2 / ünïcode').PerfTestRun, 'release 4.2 / ünïcode')
})

test('without TEST_RUN_ID no tagging call is made', () => {
  const names = resourceNames('uat', '123456789012')
  const calls = resourceCalls({ names, region: 'eu-west-1', account: '123456789012', queueUrl: (name) => name })
  assert.ok(calls.every(({ operation }) => !/Tag/.test(operation)))
})
