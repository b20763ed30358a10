import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Figures } from '../../src/engine/figures.ts'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { PUSH_EVERY } from '../../src/outputs/snapshot-output.ts'
import { startReceiver } from './a-receiver.ts'
import { aContext, feed, metaOf } from './some-windows.ts'

test('a server that is not there is reported once, and the run ends as it would without', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  const context = aContext()
  const outputs = await openOutputs([`prometheus=http://127.0.0.1:${port}`, `otlp=http://127.0.0.1:${port}`], context)
  feed(outputs, PUSH_EVERY)
  feed(outputs, PUSH_EVERY)
  await outputs.close(null)
  assert.equal(context.reports.length, 2)
  for (const report of context.reports) assert.match(report, /ECONNREFUSED.*; the run goes on, and so do the attempts/)
  for (const { delivered, lost } of outputs.statuses)
    assert.deepEqual({ delivered, isLost: lost >= 2 }, { delivered: 0, isLost: true })
})

test('a server that says no is reported with its reason', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.statusCode = 400
    response.end('pushed metrics are\ninvalid: \u001B[31mno')
  })
  const context = aContext()
  const outputs = await openOutputs([`prometheus=${receiver.url}`], context)
  feed(outputs, 1)
  await outputs.close(null)
  assert.match(context.reports[0], /: status 400: pushed metrics are invalid: \[31mno; the run goes on/)
})

test('a server that never answers holds nobody: one push is under way, and the closing has an end', async (t) => {
  const receiver = await startReceiver(t, () => undefined)
  const context = aContext({ timeoutMs: 100 })
  const outputs = await openOutputs([`otlp=${receiver.url}`], context)
  for (let i = 0; i < 20; i++) feed(outputs, PUSH_EVERY) // all in one turn: nothing was waited for
  await receiver.got(1)
  assert.equal(receiver.received.length, 1)
  await outputs.close(null)
  assert.deepEqual(context.reports.length, 1)
  assert.match(context.reports[0], /no answer in 100 ms/)
  assert.equal(outputs.statuses[0].delivered, 0)
})

test('what one push could not deliver is in the next', async (t) => {
  let isDown = true
  const receiver = await startReceiver(t, (response) => {
    response.statusCode = isDown ? 503 : 200
    response.end()
  })
  const context = aContext()
  const outputs = await openOutputs([`prometheus=${receiver.url}`], context)
  feed(outputs, PUSH_EVERY)
  await receiver.got(1)
  isDown = false
  await outputs.close(null)
  assert.match(receiver.received.at(-1)!.body, /loadtest_run_duration_seconds\{[^}]*\} 5\n/)
  const [{ delivered, lost, error }] = outputs.statuses
  assert.deepEqual({ delivered, lost, error }, { delivered: 1, lost: 1, error: 'status 503:' })
})

test('user and password of a URL become a header and are never shown', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.statusCode = 401
    response.end()
  })
  const context = aContext()
  const url = receiver.url.replace('http://', 'http://me:s%23cret@')
  const outputs = await openOutputs([`prometheus=${url}/push?token=s%23cret`], context)
  feed(outputs, 1)
  await outputs.close(null)
  const [{ headers, path }] = receiver.received
  assert.equal(headers.authorization, `Basic ${Buffer.from('me:s#cret').toString('base64')}`)
  assert.equal(path, '/push?token=s%23cret')
  assert.equal(JSON.stringify([context.reports, outputs.statuses]).includes('cret'), false)
})

test(
  'a full disk is reported once, and what is lost is counted',
  { skip: process.platform !== 'linux' && 'no /dev/full' },
  async () => {
    const context = aContext()
    const outputs = await openOutputs(['csv=/dev/full'], context)
    feed(outputs, 1)
    await outputs.close(null)
    feed(outputs, 2)
    assert.equal(context.reports.length, 1)
    assert.match(context.reports[0], /--out csv: \/dev\/full: ENOSPC.*; the run goes on without it/)
    assert.equal(outputs.statuses[0].lost, 2)
  },
)

test(
  'a reader that stops reading fills a bounded queue, and the closing has an end',
  { skip: process.platform !== 'linux' && 'no /proc' },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    t.after(async () => {
      closeSync(reader)
      await rm(folder, { recursive: true })
    })
    const context = aContext({ timeoutMs: 50 })
    const outputs = await openOutputs([`json=${fifo}`], context)
    feed(outputs, 40, (recorder) => recorder.count('x'.repeat(1_000_000)))
    await outputs.close(null)
    assert.equal(context.reports.length, 1)
    assert.match(context.reports[0], /more than 16 MB wait to be written/)
    const [{ delivered, lost }] = outputs.statuses
    assert.equal(delivered + lost, 40)
    assert.ok(lost >= 20, `${lost} lost`)
  },
)

test('a fault of an output itself never reaches the run', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  t.after(() => rm(folder, { recursive: true }))
  const context = aContext()
  const outputs = await openOutputs([`csv=${join(folder, 'a.csv')}`], context)
  const broken = Object.assign(new Figures(), { steps: undefined })
  outputs.window(broken, metaOf(0))
  outputs.window(broken, metaOf(1))
  await outputs.close(null)
  assert.equal(context.reports.length, 1)
  assert.match(context.reports[0], /a\.csv: .*; the run goes on without it/)
  assert.equal(outputs.statuses[0].lost, 2)
})
