import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import test from 'node:test'
import { listen } from '../../src/embedded/http-server.ts'
import { ClientGoneError, readBody } from '../../src/embedded/read-body.ts'
import { receiveBody } from '../../src/embedded/s3/receive-body.ts'

const expected = { chunked: false, bytes: 3, checksum: undefined, md5: undefined, sha256: undefined }
const sink = { add: () => {}, flushIfFull: () => undefined }

const readers: Record<string, (incoming: IncomingMessage) => Promise<unknown>> = {
  'a small body': (incoming) => readBody(incoming, 1000),
  'the body of an object': (incoming) =>
    receiveBody({ incoming, authentication: undefined }, expected, 'CRC64NVME', sink),
}

for (const [what, read] of Object.entries(readers)) {
  test(`a client that went away while its request waited to be served is not waited for: ${what}`, async (t) => {
    const outcome = Promise.withResolvers<unknown>()
    const server = await listen({
      host: '127.0.0.1',
      port: 0,
      async handle({ incoming }) {
        // As a reset, or a service that is being loaded, holds it.
        await once(incoming.socket, 'close')
        outcome.resolve(await read(incoming).catch((error: unknown) => error))
      },
      perform: async (_exchange, _call, work) => work(),
      onError: outcome.reject,
    })
    t.after(() => server.close(0))
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.end('PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc', () => socket.destroy())
    assert.ok((await outcome.promise) instanceof ClientGoneError)
  })
}
