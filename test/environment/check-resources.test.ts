import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { checkResources } from '../../src/environment/check-resources.ts'
import { provisionOrCheck } from '../../src/environment/provision.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { EnvironmentError } from '../../src/errors.ts'
import { front, jsonError, type Asked } from './front.ts'
import { ACCOUNT, credentials, OTHER_ACCOUNT, provisionedStage, server, stage } from './stage.ts'

async function trouble(environment: StartedEnvironment): Promise<string> {
  const error = await checkResources(environment).then(
    () => assert.fail('the check found nothing'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof EnvironmentError, String(error))
  return error.message
}

test('a stage with all its resources passes, and nothing is made there by the check', async (t) => {
  credentials(t)
  await checkResources(await provisionedStage(t, await server(t)))
})

test('what is missing is listed at once, with the command that makes it', async (t) => {
  credentials(t)
  const environment = await stage(t, await server(t))
  const message = await trouble(environment)
  for (const name of Object.values(environment.names)) assert.match(message, new RegExp(`${name}: does not exist`))
  assert.match(message, /What is missing is made by: turnaround provision --env uat/)
  await assert.rejects(provisionOrCheck(environment), EnvironmentError)
  assert.equal(await trouble(environment), message, 'a run makes none of them')
})

test('two of six are missing: two are named', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const { clients, names, queueUrl } = environment
  await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl(names.dlq) }))
  await clients.s3.send(new DeleteBucketCommand({ Bucket: names.results }))
  const lines = (await trouble(environment)).split('\n')
  assert.deepEqual(lines.slice(1, 3), [
    `  queue ${names.dlq}: does not exist`,
    `  bucket ${names.results}: does not exist`,
  ])
  assert.equal(lines.length, 4)
})

test('on AWS itself the fix is the deployment', async (t) => {
  credentials(t)
  const environment = await stage(t, await server(t))
  const onAws = { ...environment.capabilities, provision: { supported: false, why: 'AWS' } }
  const error = await checkResources({ ...environment, capabilities: onAws }).catch((reason: Error) => reason)
  assert.match((error as Error).message, /make deploy ENV=uat/)
})

const DENIED: readonly { what: string; asked: (asked: Asked, t: StartedEnvironment) => boolean; says: RegExp }[] = [
  {
    what: 'the outgoing queue',
    asked: ({ target, body }, { names }) => target.startsWith('AmazonSQS') && body.includes(names.outgoing),
    says: /queue scenario-1-uat-outgoing: access is denied: allow sqs:GetQueueAttributes/,
  },
  {
    what: 'the data bucket',
    asked: ({ path }, { names }) => path.startsWith(`/${names.data}`),
    says: /bucket scenario-1-uat-data-123456789012: access is denied, or it belongs to another account .* allow s3:ListBucket/,
  },
  {
    what: 'the table',
    asked: ({ target }) => target.startsWith('DynamoDB'),
    says: /table scenario-1-uat-jobs: access is denied: allow dynamodb:DescribeTable/,
  },
]

for (const { what, asked, says } of DENIED) {
  test(`access denied on ${what} alone is one line, and the others pass`, async (t) => {
    credentials(t)
    const endpoint = await server(t)
    const real = await provisionedStage(t, endpoint)
    const denying = await front(t, endpoint, (request) => {
      if (!asked(request, real)) return undefined
      return request.target ? jsonError(400, 'AccessDeniedException', 'User is not authorized') : { status: 403 }
    })
    const lines = (await trouble(await stage(t, denying))).split('\n')
    assert.equal(lines.length, 2, lines.join('\n'))
    assert.match(lines[1], says)
  })
}

test('a bucket that belongs to someone else is told from one that is missing', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  const environment = await provisionedStage(t, endpoint)
  const { names, clients } = environment
  await clients.s3.send(new DeleteBucketCommand({ Bucket: names.data }))
  await bucketOf(t, OTHER_ACCOUNT, endpoint, names.data)
  const message = await trouble(environment)
  assert.match(message, /bucket scenario-1-uat-data-123456789012: .*belongs to another account than 123456789012/)
  assert.doesNotMatch(message, /is made by/)
})

test('a bucket of someone else that lets us in is not taken for ours', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  const { names } = await provisionedStage(t, endpoint)
  // Its policy lets anybody look, but the owner we expect is not its owner.
  let looks = 0
  const open = await front(t, endpoint, ({ method, path }) =>
    method === 'HEAD' && path.startsWith(`/${names.results}`) ? { status: looks++ === 0 ? 403 : 200 } : undefined,
  )
  assert.match(
    await trouble(await stage(t, open)),
    /belongs to another account than 123456789012: nothing may be written there/,
  )
})

test('a bucket in another region is told with its region', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  const environment = await provisionedStage(t, endpoint)
  const elsewhere = await stage(t, endpoint, { region: 'us-west-2' })
  const message = await trouble(elsewhere)
  assert.match(message, /bucket scenario-1-uat-data-123456789012: lies in region eu-west-1: set AWS_REGION=eu-west-1/)
  assert.match(message, /queue scenario-1-uat-incoming: does not exist/, 'queues of a region are seen there alone')
  await checkResources(environment)
})

test('a table with other keys is not used', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const { clients, names } = environment
  await clients.dynamodb.send(new DeleteTableCommand({ TableName: names.jobs }))
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: names.jobs,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  assert.match(await trouble(environment), /table scenario-1-uat-jobs: has the keys id, not partition, job_id/)
})

test('what is wrong with all of them is said once', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  const expired = await front(t, endpoint, ({ target, path }) => {
    if (target) return jsonError(400, 'ExpiredTokenException', 'The security token included in the request is expired')
    return path === '/' ? undefined : { status: 400, body: s3Error('ExpiredToken'), headers: { 'x-amz-error': '1' } }
  })
  const message = await trouble(await stage(t, expired))
  assert.match(message, /the AWS credentials have expired: sign in again/)
})

function s3Error(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`
}

async function bucketOf(t: TestContext, account: string, endpoint: string, Bucket: string): Promise<void> {
  assert.notEqual(account, ACCOUNT)
  const credentialsOf = { accessKeyId: account, secretAccessKey: 'secret' }
  const s3 = new S3Client({ endpoint, region: 'eu-west-1', credentials: credentialsOf, forcePathStyle: true })
  t.after(() => s3.destroy())
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const }
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }))
}
