import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { serveBucket } from './serve-s3.ts'

test('a client that sends a whole upload before it listens gets the refusal, though the connection closes after it', async (t) => {
  const { port } = await serveBucket(t)
  const body = Buffer.alloc(16 * 1024 * 1024)
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const head = `PUT /nowhere/k HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`
  // More than the system holds for a connection: it is written only if it is read.
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(head)
    socket.write(body, () => resolve())
  })
  assert.match(await text(socket), /^HTTP\/1\.1 404 [^]*<Code>NoSuchBucket</)
})
