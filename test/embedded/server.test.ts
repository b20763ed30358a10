import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { readServerFile, startEmbeddedAws } from '../../src/embedded/index.ts'
import { openStore } from '../../src/embedded/store.ts'
import { dynamoDbClient, eventually, sqsClient, start, temporaryFolder } from './start.ts'

test('a temporary folder is gone after the stop, a given one stays without its server file', async (t) => {
  const temporary = await start(t)
  assert.ok(existsSync(temporary.dataFolder))
  await temporary.stop()
  assert.ok(!existsSync(temporary.dataFolder))

  const dataFolder = join(temporaryFolder(t), 'made', 'here')
  const given = await start(t, { dataFolder })
  assert.partialDeepStrictEqual(readServerFile(dataFolder), {
    pid: process.pid,
    port: given.port,
    endpoint: given.endpoint,
    version: 1,
  })
  await given.stop()
  assert.equal(readServerFile(dataFolder), undefined)
  assert.ok(existsSync(join(dataFolder, 'turnaround.sqlite')))
})

test('a second server on the same folder is refused and told who holds it', async (t) => {
  const dataFolder = temporaryFolder(t)
  const { port, stop } = await start(t, { dataFolder })
  await assert.rejects(startEmbeddedAws({ dataFolder }), {
    code: 'DATA_FOLDER_LOCKED',
    message: new RegExp(`in use by pid ${process.pid} on port ${port}; use it at http://127\\.0\\.0\\.1:${port}`),
  })
  assert.equal(readServerFile(dataFolder)?.port, port, 'the refused one has not touched it')
  await stop()
  await start(t, { dataFolder })
})

test('a port in use is named, and the folder is free again', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const dataFolder = temporaryFolder(t)
  await assert.rejects(startEmbeddedAws({ dataFolder, port }), {
    code: 'PORT_IN_USE',
    message: `port ${port} on 127.0.0.1 is in use; stop what listens there, choose another port, or 0 for any free one`,
  })
  await start(t, { dataFolder })
})

test('hosts beyond loopback and impossible ports are refused', async () => {
  await assert.rejects(startEmbeddedAws({ host: '0.0.0.0' }), {
    code: 'HOST_REFUSED',
    message: /signatures are not verified/,
  })
  await assert.rejects(startEmbeddedAws({ port: 65_536 }), { code: 'PORT_REFUSED', message: /got 65536/ })
})

test('options that contradict each other, or cannot be meant, are refused', async () => {
  const refused = { code: 'OPTION_REFUSED' }
  await assert.rejects(startEmbeddedAws({ inMemory: true, dataFolder: 'data' }), refused)
  await assert.rejects(startEmbeddedAws({ inMemory: true, sync: 'full' }), refused)
  await assert.rejects(startEmbeddedAws({ sync: 'off' as 'full' }), refused)
  await assert.rejects(startEmbeddedAws({ awsLike: -1 }), refused)
  for (const sqsInFlightLimit of [0, 1.5, NaN]) await assert.rejects(startEmbeddedAws({ sqsInFlightLimit }), refused)
})

test('in memory there is nothing on disk but bodies above 16 KB, which are gone after the stop', async (t) => {
  const aws = await start(t, { inMemory: true })
  const sqs = sqsClient(t, aws.endpoint)
  await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  assert.ok(!existsSync(aws.dataFolder))
  await fetch(`${aws.endpoint}/data`, { method: 'PUT' })
  const put = (key: string, body: string) => fetch(`${aws.endpoint}/data/${key}`, { method: 'PUT', body })
  await put('small', 'body')
  assert.equal(await (await fetch(`${aws.endpoint}/data/small`)).text(), 'body')
  assert.ok(!existsSync(aws.dataFolder))
  await put('large', 'body'.repeat(5000))
  assert.equal(await (await fetch(`${aws.endpoint}/data/large`)).text(), 'body'.repeat(5000))
  assert.deepEqual(readdirSync(aws.dataFolder), ['bodies'])
  await aws.stop()
  assert.ok(!existsSync(aws.dataFolder))
})

test('with sync full every commit and every body is flushed to the disk, and the server works', async (t) => {
  const dataFolder = temporaryFolder(t)
  const aws = await start(t, { dataFolder, sync: 'full' })
  await sqsClient(t, aws.endpoint).send(new CreateQueueCommand({ QueueName: 'q' }))
  await fetch(`${aws.endpoint}/data`, { method: 'PUT' })
  for (const [key, body] of [
    ['small', 'body'],
    ['medium', 'b'.repeat(50_000)],
    ['large', 'b'.repeat(9_000_000)],
  ]) {
    assert.equal((await fetch(`${aws.endpoint}/data/${key}`, { method: 'PUT', body })).status, 200)
    const headers = { 'x-amz-copy-source': `/data/${key}` }
    assert.equal((await fetch(`${aws.endpoint}/data/${key}-copy`, { method: 'PUT', headers })).status, 200)
    assert.equal(await (await fetch(`${aws.endpoint}/data/${key}-copy`)).text(), body)
  }
  const store = openStore(temporaryFolder(t), 'full')
  t.after(() => store.close())
  assert.deepEqual({ ...store.database.prepare('pragma synchronous').get() }, { synchronous: 2 })
})

test('a client config is all that an SDK client needs, and the server ends with its scope', async () => {
  let endpoint: string
  {
    await using aws = await startEmbeddedAws({ inMemory: true })
    endpoint = aws.endpoint
    const sqs = new SQSClient(aws.clientConfig())
    await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
    sqs.destroy()
  }
  await assert.rejects(fetch(endpoint))
})

test('a database that is damaged, not a database, or of another format is refused and left as it is', async (t) => {
  const refused = { code: 'DATABASE_UNREADABLE' }
  const text = temporaryFolder(t)
  writeFileSync(join(text, 'turnaround.sqlite'), 'my notes')
  await assert.rejects(startEmbeddedAws({ dataFolder: text }), refused)

  const damaged = temporaryFolder(t)
  writeFileSync(
    join(damaged, 'turnaround.sqlite'),
    Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096, 7)]),
  )
  await assert.rejects(startEmbeddedAws({ dataFolder: damaged }), refused)

  const short = temporaryFolder(t)
  await startEmbeddedAws({ dataFolder: short }).then(async (aws) => {
    await sqsClient(t, aws.endpoint).send(new CreateQueueCommand({ QueueName: 'q' }))
    await dynamoDbClient(t, aws.endpoint).send(new ListTablesCommand())
    await aws.stop()
  })
  const cut = join(short, 'turnaround.sqlite')
  const length = statSync(cut).size - 4096
  truncateSync(cut, length)
  await assert.rejects(startEmbeddedAws({ dataFolder: short }), refused)
  assert.equal(statSync(cut).size, length)

  const theirs = temporaryFolder(t)
  new DatabaseSync(join(theirs, 'turnaround.sqlite')).exec('create table notes (text)')
  await assert.rejects(startEmbeddedAws({ dataFolder: theirs }), {
    ...refused,
    message: /is another program's database/,
  })

  for (const [version, whose] of [
    [1, /has format 1, of an older version of Turnaround, .* left as it is/],
    [99, /has format 99, of a newer version of Turnaround, .* left as it is/],
  ] as const) {
    const dataFolder = temporaryFolder(t)
    const path = join(dataFolder, 'turnaround.sqlite')
    const database = new DatabaseSync(path)
    database.exec(`create table sqs_queues (x); pragma user_version = ${version}`)
    database.close()
    const before = readFileSync(path)
    await assert.rejects(startEmbeddedAws({ dataFolder }), { ...refused, message: whose })
    assert.ok(before.equals(readFileSync(path)))
  }
})

test('a folder that cannot be made is named', async (t) => {
  const file = join(temporaryFolder(t), 'file')
  writeFileSync(file, '')
  await assert.rejects(startEmbeddedAws({ dataFolder: join(file, 'data') }), {
    code: 'DATA_FOLDER_UNUSABLE',
    message: /cannot be made/,
  })
})

test('health and state say what the server is and holds', async (t) => {
  const { endpoint, dataFolder } = await start(t)
  const sqs = sqsClient(t, endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b', DelaySeconds: 900 }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'c' }))
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  await fetch(`${endpoint}/data`, { method: 'PUT' })
  await fetch(`${endpoint}/data/a`, { method: 'PUT', body: 'a' })
  const get = async (path: string): Promise<object> => (await (await fetch(`${endpoint}${path}`)).json()) as object
  assert.partialDeepStrictEqual(await get('/_turnaround/health'), {
    status: 'ok',
    pid: process.pid,
    endpoint,
    data_folder: dataFolder,
    services: ['sqs', 's3', 'dynamodb', 'secretsmanager', 'sts'],
  })
  assert.partialDeepStrictEqual(await get('/_turnaround/state'), {
    status: 'ok',
    queues: [
      { account_id: '000000000000', region: 'us-east-1', name: 'q', visible: 1, in_flight: 1, delayed: 1, waiting: 0 },
    ],
    tables: [],
    buckets: [{ account_id: '000000000000', region: 'us-east-1', name: 'data', objects: 1 }],
    secrets: [],
    clock: { offset_seconds: 0 },
    faults: null,
    aws_like: null,
    requests: [
      { service: 'sqs', operation: 'CreateQueue', count: 1, errors: 0 },
      { service: 'sqs', operation: 'SendMessage', count: 3, errors: 0 },
      { service: 'sqs', operation: 'ReceiveMessage', count: 1, errors: 0 },
      { service: 's3', operation: 'CreateBucket', count: 1, errors: 0 },
      { service: 's3', operation: 'PutObject', count: 1, errors: 0 },
    ],
  })
  assert.equal((await fetch(`${endpoint}/_turnaround/nonsense`)).status, 404)
})

test('on a folder that was used before, services go on at once, before anybody asks for them', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  await sqsClient(t, first.endpoint).send(new CreateQueueCommand({ QueueName: 'q' }))
  await first.stop()
  const { endpoint } = await start(t, { dataFolder })
  const state = (await (await fetch(`${endpoint}/_turnaround/state`)).json()) as object
  assert.partialDeepStrictEqual(state, { queues: [{ name: 'q' }], requests: [] })
})

test('bodies that are files are named by their paths, to be hard-linked, and small ones handed out', async (t) => {
  const { endpoint, dataFolder } = await start(t)
  await fetch(`${endpoint}/results`, { method: 'PUT' })
  const large = 'the body'.repeat(3000)
  await fetch(`${endpoint}/results/run/a%20b.json`, { method: 'PUT', body: large })
  await fetch(`${endpoint}/results/run/small`, { method: 'PUT', body: 'no file' })
  const ask = (body: string): Promise<Response> => fetch(`${endpoint}/_turnaround/bodies`, { method: 'POST', body })
  const answer = await ask(JSON.stringify({ bucket: 'results', keys: ['run/a b.json', 'run/small', 'run/none'] }))
  const { bodies, small } = (await answer.json()) as {
    bodies: Record<string, string | null>
    small: Record<string, string>
  }
  assert.deepEqual([bodies['run/small'], bodies['run/none']], [null, null])
  assert.deepEqual(small, { 'run/small': Buffer.from('no file').toString('base64') })
  assert.equal(readFileSync(join(dataFolder, bodies['run/a b.json']!), 'utf8'), large)
  for (const bad of ['', '[]', '{"bucket":"results","keys":[1]}']) assert.equal((await ask(bad)).status, 400)
})

test('what a web page of somebody else could send is refused by the admin endpoints', async (t) => {
  const { endpoint, port } = await start(t, { inMemory: true })
  const status = async (headers: Record<string, string>, method = 'GET'): Promise<number | undefined> => {
    const path = method === 'GET' ? '/_turnaround/state' : '/_turnaround/reset'
    const sent = request({ port, host: '127.0.0.1', path, method, headers }).end()
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    response.resume()
    return response.statusCode
  }
  assert.equal(await status({ origin: endpoint }), 200, 'our own page reads')
  assert.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200)
  assert.equal(await status({ origin: endpoint }, 'POST'), 403, 'and only reads: uploaded HTML has its origin too')
  assert.equal(await status({ origin: 'http://evil.example' }), 403)
  assert.equal(await status({ origin: 'null' }), 403)
  assert.equal(await status({ origin: `http://evil.example:${port}`, host: `evil.example:${port}` }), 403)
  assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403, 'an image, which has no Origin')
  assert.equal(await status({ host: 'evil.example' }), 403)
  assert.equal(await status({ host: `localhost:${port}` }), 200)
})

test('onUnused is called when the last attachment is gone, each time', async (t) => {
  let unused = 0
  const { endpoint } = await start(t, { onUnused: () => (unused += 1) })
  const attach = async (): Promise<AbortController> => {
    const controller = new AbortController()
    await fetch(`${endpoint}/_turnaround/attach`, { signal: controller.signal })
    return controller
  }
  const [first, second] = [await attach(), await attach()]
  first.abort()
  second.abort()
  await eventually(() => unused === 1, 'unused once')
  const third = await attach()
  third.abort()
  await eventually(() => unused === 2, 'unused twice')
})

test('a stop answers long polls, ends attachments and idle connections, and is quick', async (t) => {
  const { endpoint, stop } = await start(t)
  const sqs = sqsClient(t, endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  const attachment = await fetch(`${endpoint}/_turnaround/attach`)
  await eventually(async () => {
    const { queues } = (await (await fetch(`${endpoint}/_turnaround/state`)).json()) as {
      queues: { waiting: number }[]
    }
    return queues[0].waiting === 1
  }, 'the poll waits')
  await Promise.all([stop(), stop()])
  assert.equal((await polling).Messages, undefined)
  assert.equal(await attachment.text(), '')
  await assert.rejects(fetch(`${endpoint}/_turnaround/health`))
})
