import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { readServerFile, startEmbeddedAws } from '../../src/embedded/index.ts'
import { eventually, sqsClient, start, temporaryFolder } from './start.ts'

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

test('a database that is damaged, not a database, or of a newer format is refused and left as it is', async (t) => {
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

  const newer = temporaryFolder(t)
  const database = new DatabaseSync(join(newer, 'turnaround.sqlite'))
  database.exec('pragma user_version = 99')
  database.close()
  await assert.rejects(startEmbeddedAws({ dataFolder: newer }), { ...refused, message: /has format 99/ })
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
  const get = async (path: string): Promise<object> => (await (await fetch(`${endpoint}${path}`)).json()) as object
  assert.partialDeepStrictEqual(await get('/_turnaround/health'), {
    status: 'ok',
    pid: process.pid,
    endpoint,
    data_folder: dataFolder,
    services: ['sqs', 's3', 'dynamodb', 'secretsmanager', 'sts'],
  })
  assert.deepEqual(await get('/_turnaround/state'), {
    queues: [{ name: 'q', visible: 1, in_flight: 1, delayed: 1, waiting: 0 }],
  })
  assert.equal((await fetch(`${endpoint}/_turnaround/nonsense`)).status, 404)
})

test('the bodies of objects are named by their paths, to be hard-linked', async (t) => {
  const { endpoint, dataFolder } = await start(t)
  await fetch(`${endpoint}/results`, { method: 'PUT' })
  await fetch(`${endpoint}/results/run/a%20b.json`, { method: 'PUT', body: 'the body' })
  const ask = (body: string): Promise<Response> => fetch(`${endpoint}/_turnaround/bodies`, { method: 'POST', body })
  const answer = await ask(JSON.stringify({ bucket: 'results', keys: ['run/a b.json', 'run/none'] }))
  const { bodies } = (await answer.json()) as { bodies: Record<string, string | null> }
  assert.equal(bodies['run/none'], null)
  assert.equal(readFileSync(join(dataFolder, bodies['run/a b.json']!), 'utf8'), 'the body')
  for (const bad of ['', '[]', '{"bucket":"results","keys":[1]}']) assert.equal((await ask(bad)).status, 400)
})

test('what a web page could send is refused by the admin endpoints', async (t) => {
  const { endpoint, port } = await start(t)
  const status = async (headers: Record<string, string>): Promise<number | undefined> => {
    const sent = request({ port, host: '127.0.0.1', path: '/_turnaround/health', headers }).end()
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    response.resume()
    return response.statusCode
  }
  assert.equal(await status({ origin: endpoint }), 403)
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
