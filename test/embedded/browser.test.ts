import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { CreateQueueCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { sqsClient, start, temporaryFolder } from './start.ts'

const run = promisify(execFile)

function findBrowser(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const paths = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

test('a browser shows queues, calls, faults and the clock on the page', { timeout: 60_000 }, async (t) => {
  const browser = findBrowser()
  if (browser === undefined) return t.skip('there is no Chromium here')
  const aws = await start(t, { inMemory: true, awsLike: 7 })
  const sqs = sqsClient(t, aws.endpoint)
  await sqs.send(new CreateQueueCommand({ QueueName: 'orders-dlq' }))
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }))
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 60 }))
  aws.advance(7200)
  aws.putFaults({ faults: [{ fault: 'throttle', resource: '<b>bold</b>', share: 0.25 }] })

  const profile = `--user-data-dir=${temporaryFolder(t)}`
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', profile, '--virtual-time-budget=2500', '--dump-dom']
  const { stdout } = await run(browser, [...flags, `${aws.endpoint}/_turnaround/`], { timeout: 50_000 })
  const text = stdout
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
  assert.match(text, /moved 2 h ahead · AWS-like, seed 7/)
  assert.match(text, / orders +1 0 0 2 h( \d+ s)? 0 orders-dlq /)
  assert.match(text, / sqs SendMessage \S+ 1 0 \S+ ms \S+ ms /)
  assert.match(text, / throttle &lt;b&gt;bold&lt;\/b&gt; +25 % on 0 0 /, 'names are text, whatever they are')
  assert.match(stdout, /<p id="lost" role="status" hidden/)
})
