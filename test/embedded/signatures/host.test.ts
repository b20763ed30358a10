import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startEmbeddedAws } from '../../../src/embedded/index.ts'
import { key } from './sign.ts'
import { startVerifying } from './start-verifying.ts'

const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address

test('without keys nobody listens beyond loopback, and the way out is named', async () => {
  await assert.rejects(startEmbeddedAws({ host: '0.0.0.0' }), {
    code: 'HOST_REFUSED',
    message: /signatures are not verified, so anybody who reaches the port .*; set keys to verify them with/,
  })
})

test(
  'with keys the services answer on any address, the admin routes on loopback alone',
  { skip: outside === undefined && 'this machine has no address but loopback' },
  async (t) => {
    const { endpoint, port, clientConfig } = await startVerifying(t, { host: '0.0.0.0' })
    assert.equal(endpoint, `http://127.0.0.1:${port}`)
    const sqs = new SQSClient({ ...clientConfig(), endpoint: `http://${outside}:${port}` })
    t.after(() => sqs.destroy())
    assert.equal((await sqs.send(new ListQueuesCommand())).$metadata.httpStatusCode, 200)

    assert.equal((await fetch(`${endpoint}/_turnaround/health`)).status, 200)
    for (const path of ['health', 'state', 'clock', 'attach', '']) {
      const answer = await fetch(`http://${outside}:${port}/_turnaround/${path}`)
      assert.equal(answer.status, 403, path)
      assert.deepEqual(await answer.json(), { error: 'only programs on this machine are answered here' })
    }
  },
)

test('no admin route tells a secret', async (t) => {
  const { endpoint } = await startVerifying(t)
  for (const path of ['health', 'state', 'faults', 'clock', '']) {
    const text = await (await fetch(`${endpoint}/_turnaround/${path}`)).text()
    assert.ok(text.length > 0 && !text.includes(key.secretAccessKey), path)
  }
})
