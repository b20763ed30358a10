import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { errorCode, rawConnection, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'
import { startS3Process } from './start-s3-process.ts'

const megabyte = 1024 * 1024

/** `count` different pieces of 64 KB, never all in memory. */
function* pieces(count: number): Generator<Buffer> {
  for (let number = 0; number < count; number++) yield Buffer.alloc(65536, `piece ${number} `)
}

async function sha256(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of source) hash.update(piece)
  return hash.digest('hex')
}

test('128 MB go in and out as a stream; the server holds a few of them at a time', async (t) => {
  const { sdk, maxRssBytes } = await startS3Process(t, temporaryFolder(t))
  await sdk.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await sdk.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'warm', Body: Buffer.alloc(megabyte) }))
  const before = await maxRssBytes()
  const put = await sdk.send(
    new PutObjectCommand({
      Bucket: 'bucket',
      Key: 'large',
      Body: Readable.from(pieces(2048)),
      ContentLength: 128 * megabyte,
    }),
  )
  assert.ok(put.ChecksumCRC32)
  const got = await sdk.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'large' }))
  assert.equal(await sha256(got.Body!.transformToWebStream()), await sha256(pieces(2048)))
  const grown = ((await maxRssBytes()) - before) / megabyte
  // Some 60 MB of it are buffers of the network that Node has not collected yet, whatever the object's size.
  assert.ok(grown < 100, `the server grew by ${grown.toFixed(0)} MB`)
})

test('a range of a large object streams only its part', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const body = Buffer.concat([...pieces(200)])
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }))
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=1000001-9000000' }))
  const bytes = Buffer.from(await got.Body!.transformToByteArray())
  assert.ok(bytes.equals(body.subarray(1_000_001, 9_000_001)))
})

test('who reads an object goes on reading it while it is replaced', async (t) => {
  const { sdk, Bucket, bodies } = await serveBucket(t)
  const body = Buffer.concat([...pieces(512)])
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }))
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'new' }))
  await eventually(async () => (await bodies()).length === 1, 'the old body has no name any more')
  assert.ok(Buffer.from(await got.Body!.transformToByteArray()).equals(body))
})

test('an upload that is cut off leaves neither object nor body', async (t) => {
  const { port, bodies, faults, sdk, Bucket } = await serveBucket(t)
  for (const sentBytes of [1000, 9 * megabyte]) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('PUT /bucket/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n')
    await new Promise((resolve) => socket.write(Buffer.alloc(sentBytes), resolve))
    if (sentBytes > megabyte) await eventually(async () => (await bodies()).length === 1, 'the body is being written')
    socket.destroy()
    await eventually(async () => (await bodies()).length === 0, 'nothing is left')
  }
  await assert.rejects(sdk.send(new GetObjectCommand({ Bucket, Key: 'k' })), { name: 'NoSuchKey' })
  assert.deepEqual(faults, [])
})

test('a client that leaves in the middle of a download is no fault', async (t) => {
  const { port, faults, sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(20 * megabyte) }))
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /bucket/k HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  socket.destroy()
  assert.equal((await rawRequest(port, 'HEAD', '/bucket/k')).status, 200)
  assert.deepEqual(faults, [])
})

test('an upload that is refused early is answered while it is still being sent', async (t) => {
  const { port } = await serveBucket(t)
  const body = Buffer.alloc(10 * megabyte)
  const missing = await rawRequest(port, 'PUT', '/no-such-bucket/k', {}, body)
  assert.deepEqual([missing.status, errorCode(missing)], [404, 'NoSuchBucket'])

  const head = `Host: localhost\r\nContent-Length: ${body.length}\r\n\r\n`
  const next = 'HEAD /bucket HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  const answers = await rawConnection(port, `PUT /no-such-bucket/k HTTP/1.1\r\n${head}`, body, next)
  assert.match(answers, /^HTTP\/1\.1 404 [^]*NoSuchBucket[^]*HTTP\/1\.1 200 OK/)

  const huge = 6 * 1024 ** 3
  const refused = await rawConnection(
    port,
    `PUT /bucket/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${huge}\r\n\r\n`,
  )
  assert.match(refused, /^HTTP\/1\.1 400 [^]*connection: close[^]*EntityTooLarge/i)
})
