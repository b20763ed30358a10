import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import type { ParityDocument } from '../../src/parity/parity-document.ts'
import { temporaryFolder } from '../environment/started.ts'
import { turnaroundIn } from '../runs/turnaround.ts'

test('parity measures a server of its own, prints the document and writes it with a page', async (t) => {
  const { start } = await turnaroundIn(t)
  const out = await temporaryFolder(t)
  const { code, stdout, stderr } = await start('parity', '--only', 'sqs-01', '--json', '--out', out).ended
  assert.equal(code, 0, stderr)
  const document = JSON.parse(stdout) as ParityDocument
  assert.deepEqual(document.services, { sqs: { 'as AWS': 7, differs: 0, 'not offered': 0, 'not measured': 0 } })
  assert.equal(await readFile(join(out, 'embedded', 'parity.json'), 'utf8'), stdout)
  assert.match(await readFile(join(out, 'embedded', 'parity.html'), 'utf8'), /sqs-018/)
  assert.match(stderr, /7\/7 /)
})

test('at an endpoint time is waited for, and what cannot be waited for is said', async (t) => {
  const { start } = await turnaroundIn(t)
  const server = await startEmbeddedAws()
  t.after(() => server.stop())
  const at = ['--env', 'embedded', '--endpoint', server.endpoint, '--out', await temporaryFolder(t)]
  const { code, stdout, stderr } = await start('parity', '--only', 'sqs-081', ...at).ended
  assert.equal(code, 0, stderr)
  assert.match(stdout, /61 s would have to pass, and time cannot be moved: sqs-081/)
  const moved = await start('parity', '--only', 'sqs-081', '--move-clock', ...at).ended
  assert.match(moved.stdout, /all +1 +0 +0 +0/)
})

for (const { status, state, exitCode } of [
  { status: 400, state: 'differs', exitCode: 99 },
  { status: 501, state: 'not offered', exitCode: 0 },
]) {
  test(`an emulator that answers ${status} is told as "${state}", with exit code ${exitCode}`, async (t) => {
    const { start } = await turnaroundIn(t)
    const emulator = createServer((_, response) =>
      response.writeHead(status, { 'x-amzn-requestid': '1' }).end(),
    ).listen(0, '127.0.0.1')
    await once(emulator, 'listening')
    t.after(() => emulator.close())
    const endpoint = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`
    const at = ['--env', 'localstack', '--endpoint', endpoint, '--out', await temporaryFolder(t)]
    const { code, stdout, stderr } = await start('parity', '--only', 'sqs-001', ...at).ended
    assert.equal(code, exitCode, stderr)
    assert.match(stdout, new RegExp(`${state}:\\n.*sqs-001`, 's'))
  })
}

const refused: [string, string[], number, RegExp][] = [
  [
    'an endpoint where nobody is',
    ['--env', 'localstack', '--endpoint', 'http://127.0.0.1:9'],
    106,
    /Nothing answers at/,
  ],
  ['an account on AWS that nobody allowed', ['--env', 'dev'], 92, /--make-resources/],
  ['a protected environment', ['--env', 'prod', '--make-resources'], 92, /prod is protected, and parity makes and/],
  ['an id that is none', ['--only', 'sqs-x'], 104, /no behaviour’s id starts with "sqs-x"/],
  ['an environment that is none', ['--env', 'moon'], 104, /"moon" is not one of/],
]

for (const [what, args, expected, message] of refused) {
  test(`${what} ends with ${expected}`, async (t) => {
    const { start } = await turnaroundIn(t)
    const { code, stderr } = await start('parity', ...args).ended
    assert.equal(code, expected)
    assert.match(stderr, message)
  })
}
