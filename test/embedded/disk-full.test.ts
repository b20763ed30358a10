import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { CreateTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { type EmbeddedAws, startEmbeddedAws } from '../../src/embedded/index.ts'
import { dynamoDbClient, eventually, sqsClient } from './start.ts'

interface SmallDisk {
  readonly path: string
  grow(): void
  /** To be called when nothing on it is open. */
  unmount(): void
}

/** A file system of 6 MB in memory; undefined where we may not make one. */
function mountSmallDisk(): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'turnaround-test-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmdirSync(path)
    return undefined
  }
  return {
    path,
    grow: () => void execFileSync('mount', ['-o', 'remount,size=64m', path]),
    unmount() {
      execFileSync('umount', [path])
      rmdirSync(path)
    },
  }
}

const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: 'm'.repeat(2000) }))
const body = Buffer.alloc(100_000, 'b')
const smallBody = Buffer.alloc(10_000, 's')

/** Does it until it is refused; answers how often it was not. What is refused must be the server's fault. */
async function untilRefused(step: (i: number) => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 10_000; i += 1) {
    try {
      await step(i)
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
      assert.ok(($metadata?.httpStatusCode ?? 0) >= 500, String(error))
      return i
    }
  }
  return assert.fail('the disk was never full')
}

test('on a full disk writes get a 5xx and leave nothing half-written, and all goes on when there is space', async (t) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return t.skip('a small file system can only be mounted by root')
  const reported: unknown[] = []
  const starting = startEmbeddedAws({ dataFolder: disk.path, onError: (error) => reported.push(error) })
  t.after(async () => {
    await starting.then((server) => server.stop()).finally(disk.unmount)
  })
  const aws = await starting
  const [sqs, dynamodb] = [sqsClient(t, aws.endpoint), dynamoDbClient(t, aws.endpoint)]
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  await fetch(`${aws.endpoint}/data`, { method: 'PUT' })
  const put = async (key: string, bytes = body): Promise<number> =>
    (await fetch(`${aws.endpoint}/data/${key}`, { method: 'PUT', body: bytes })).status
  const keys = async (): Promise<number> =>
    (await (await fetch(`${aws.endpoint}/data?list-type=2`)).text()).split('<Key>').length - 1

  let objects = 0
  while ((await put(`${objects}`)) === 200) objects += 1
  assert.ok(objects > 5)
  const sent = await untilRefused(() => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))
  const items = await untilRefused((i) =>
    dynamodb.send(
      new PutItemCommand({ TableName: 'items', Item: { id: { S: `${i}` }, text: { S: 'x'.repeat(9000) } } }),
    ),
  )
  let smallObjects = 0
  while ((await put(`small-${smallObjects}`, smallBody)) === 200) smallObjects += 1
  assert.ok((await put('one-more')) >= 500)
  // Whether the last kilobytes suffice for this one is SQLite's to say; that it is there whole is looked at below.
  if ((await put('small-0', smallBody)) === 200) smallObjects = Math.max(smallObjects, 1)
  assert.ok(reported.length > 0, 'whoever runs the server is told')

  disk.grow()
  assert.equal(await keys(), objects + smallObjects, 'no object without an answer')
  assert.equal((await (await fetch(`${aws.endpoint}/data/0`)).bytes()).length, body.length)
  await eventually(() => filesIn(join(disk.path, 'bodies')) === objects, 'the bodies of refused objects are gone')
  assert.equal((await dynamodb.send(new ScanCommand({ TableName: 'items' }))).Count, items)
  let received = 0
  for (;;) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages === undefined) break
    received += Messages.length
  }
  assert.equal(received, 10 * sent)
  for (let i = 0; i < smallObjects; i += 1) {
    const got = await (await fetch(`${aws.endpoint}/data/small-${i}`)).bytes()
    assert.ok(smallBody.equals(got), `small-${i}`)
  }
  assert.equal(await put('one-more'), 200)
  assert.equal(await put('small-0', smallBody), 200)
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
})

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
}

test('a server that finds the disk full at its start says so, and the next one finds everything when there is space', async (t) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return t.skip('a small file system can only be mounted by root')
  const servers: EmbeddedAws[] = []
  t.after(async () => {
    await Promise.all(servers.map((server) => server.stop())).finally(disk.unmount)
  })
  const serve = async (): Promise<EmbeddedAws> => {
    servers.push(await startEmbeddedAws({ dataFolder: join(disk.path, 'data') }))
    return servers.at(-1)!
  }
  const first = await serve()
  await fetch(`${first.endpoint}/data`, { method: 'PUT' })
  assert.equal((await fetch(`${first.endpoint}/data/kept`, { method: 'PUT', body })).status, 200)
  await first.stop()
  assert.throws(() => writeFileSync(join(disk.path, 'full'), Buffer.alloc(8e6)), { code: 'ENOSPC' })
  await assert.rejects(serve(), { code: 'DATA_FOLDER_UNUSABLE', message: /disk is full/ })
  disk.grow()
  const next = await serve()
  assert.deepEqual(await (await fetch(`${next.endpoint}/data/kept`)).bytes(), new Uint8Array(body))
})
