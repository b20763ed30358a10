import { CreateBucketCommand, GetBucketVersioningCommand } from '@aws-sdk/client-s3'
import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { suite, test } from 'node:test'
import { provision } from '../../src/environment/provision.ts'
import { s3Store } from '../../src/results/s3-store.ts'
import { resultStoresContract } from '../contract/result-stores.ts'
import { FLIGHTS_SMALL_DIGEST } from '../runs/flights-small-digest.ts'
import { turnaroundIn } from '../runs/turnaround.ts'
import { noLocalstack, root, RUN_MS } from './engine.ts'
import { useLocalstack } from './localstack.ts'

suite('a real LocalStack', { skip: noLocalstack }, () => {
  const localstack = useLocalstack()

  resultStoresContract('LocalStack S3', async () => {
    const { s3 } = localstack.environment.clients
    const bucket = `stores-${randomUUID()}`
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
    return s3Store({ client: s3, bucket, prefix: 'run-1' })
  })

  test('provisioning twice changes nothing, and makes what the definition says', async () => {
    const { environment } = localstack
    const { clients, names, queueUrl } = environment
    assert.deepEqual(await provision(environment), await provision(environment))
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(names.incoming), AttributeNames: ['All'] }),
    )
    assert.equal(Attributes?.MessageRetentionPeriod, String(7 * 24 * 3600))
    assert.match(Attributes?.RedrivePolicy ?? '', new RegExp(`:${names.dlq}"`))
    const { Status } = await clients.s3.send(new GetBucketVersioningCommand({ Bucket: names.results }))
    assert.equal(Status, 'Enabled')
    const { TimeToLiveDescription } = await clients.dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: names.jobs }),
    )
    assert.deepEqual(TimeToLiveDescription, { AttributeName: 'expires_at', TimeToLiveStatus: 'ENABLED' })
  })

  test('flights-small gives the digest that it gives on the embedded AWS', async (t) => {
    const { run } = await turnaroundIn(t, root, RUN_MS)
    const there = ['--env', 'localstack', '--endpoint', localstack.endpoint]
    const { code, results, stderr } = await run('flights-small', ...there)
    assert.equal(code, 0, stderr)
    assert.equal(results.environment, 'localstack')
    assert.equal(results.verdict, 'valid')
    assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
  })
})
