import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import { listen } from '../../src/embedded/http-server.ts'
import { eventually } from './start.ts'

const line = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`

/** A server whose answers are of a megabyte each, and what it was asked. */
async function serve(t: TestContext) {
  const asked: string[] = []
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    async handle({ url, response }) {
      asked.push(url.pathname)
      await new Promise((resolve) => setImmediate(resolve))
      response.end(url.pathname.padEnd(1_000_000))
    },
    perform: async (_exchange, _call, work) => work(),
    onError: (error) => asked.push(String(error)),
  })
  t.after(() => server.close(0))
  const dial = async (): Promise<Socket> => {
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    t.after(() => socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  return { asked, dial }
}

test('requests sent ahead are answered in their order', async (t) => {
  const { asked, dial } = await serve(t)
  const socket = await dial()
  const paths = Array.from({ length: 10 }, (_, i) => `/${i}`)
  socket.write(
    paths
      .map(line)
      .join('')
      .replace(/\r\n\r\n$/, '\r\nconnection: close\r\n\r\n'),
  )
  const answers = (await text(socket)).matchAll(/\r\n\r\n(\/\d) /g)
  assert.deepEqual(
    Array.from(answers, ([, path]) => path),
    paths,
  )
  assert.deepEqual(asked, paths)
})

test('a client that reads no answers has no more made for it than its connection holds', async (t) => {
  const { asked, dial } = await serve(t)
  const socket = await dial()
  socket.pause()
  socket.write(Array.from({ length: 30 }, (_, i) => line(`/${i}`)).join(''))
  await eventually(() => asked.length > 0, 'the first is asked for')
  const other = await dial()
  other.end(line('/other'))
  assert.match(await text(other), /\/other /)
  // A connection holds a few megabytes, at both ends together.
  assert.ok(asked.length < 20, `${asked.length} answers were made`)
  socket.destroy()
  const after = await dial()
  after.end(line('/after'))
  assert.match(await text(after), /\/after /)
  assert.ok(asked.length < 20, 'nothing is made for a client that is gone')
})

test('a client that sends far ahead of the answers is cut off', async (t) => {
  const { asked, dial } = await serve(t)
  const socket = await dial()
  socket.pause()
  socket.write(Array.from({ length: 500 }, (_, i) => line(`/${i}`)).join(''))
  socket.resume()
  await once(socket, 'close')
  assert.ok(asked.length < 50)
})
