import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnaroundIn } from './turnaround.ts'

test('a plain AWS SDK script sends the bare synthetic message and gets its completion from the outgoing queue', async (t) => {
  const { start, data, serverFile } = await turnaroundIn(t)
  const provision = await start('provision', '--data', data).ended
  assert.equal(provision.code, 0, provision.stderr)
  const work = start('work', '--data', data, '--workers', '1')
  await work.said('working')

  // From here on nothing is ours: an unmodified SDK, as any user would write it.
  const { endpoint } = await serverFile()
  const configuration = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }
  const sqs = new SQSClient(configuration)
  const s3 = new S3Client({ ...configuration, forcePathStyle: true })
  t.after(() => [sqs.destroy(), s3.destroy()])
  const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  const MessageBody = JSON.stringify({ job_id: 'unique-id', work_duration_ms: 100, data_size_kb: 10 })
  await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf('scenario-1-local-incoming'), MessageBody }))
  const QueueUrl = await urlOf('scenario-1-local-outgoing')
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  const completion = JSON.parse(Messages[0].Body!) as Record<string, unknown>
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }))

  assert.equal(completion.job_id, 'unique-id')
  assert.equal(completion.status, 'completed')
  assert.match(completion.output_key as string, /^output\/\d{4}\/\d\d\/\d\d\/\d\d\/unique-id\.json$/)
  assert.ok((completion.processing_time_ms as number) >= 99)
  assert.ok(!Number.isNaN(Date.parse(completion.completed_at as string)))
  assert.equal(typeof completion.test_run_id, 'string')
  assert.equal('run_id' in completion, false)
  const output = await s3.send(
    new GetObjectCommand({ Bucket: 'scenario-1-local-data-000000000000', Key: completion.output_key as string }),
  )
  const body = await output.Body!.transformToString()
  assert.ok(Math.abs(body.length - 10 * 1024) < 512, `about 10 KB, got ${body.length}`)
  assert.equal((JSON.parse(body) as { job_id: string }).job_id, 'unique-id')

  work.child.kill('SIGTERM')
  assert.equal((await work.ended).code, 0)
})
