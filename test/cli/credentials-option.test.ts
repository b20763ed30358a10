import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { credentialsOption } from '../../src/cli/commands/credentials-option.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

const launcher = join(import.meta.dirname, '../../bin/turnaround.js')
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret', accountId: '111122223333' }

function turnaround(t: TestContext, ...args: string[]): ChildProcess {
  const all = [launcher, 'embedded', '--port', '0', '--in-memory', ...args]
  const child = spawn(process.execPath, all, { stdio: 'pipe' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('with a file of keys the server verifies signatures, and says so without a secret', async (t) => {
  const path = join(await temporaryFolder(t), 'keys.json')
  writeFileSync(path, JSON.stringify([key]))
  chmodSync(path, 0o600)
  const child = turnaround(t, '--verify-signatures', path)
  const said = text(child.stderr!)
  const signal = AbortSignal.timeout(20_000)
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data', { signal })) as [string]
  const endpoint = /http:\S+?(?=,)/.exec(line)![0]
  const ask = async (secretAccessKey: string): Promise<string | undefined> => {
    const credentials = { ...key, secretAccessKey }
    const sts = new STSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
    t.after(() => sts.destroy())
    return (await sts.send(new GetCallerIdentityCommand())).Account
  }
  assert.equal(await ask(key.secretAccessKey), key.accountId)
  await assert.rejects(ask('another'), { name: 'SignatureDoesNotMatch' })
  child.kill('SIGTERM')
  const lines = await said
  assert.match(lines, /signatures are verified/)
  assert.ok(!lines.includes(key.secretAccessKey))
})

test('a file that others may read, and a host beyond loopback without keys, end the start', async (t) => {
  const path = join(await temporaryFolder(t), 'keys.json')
  writeFileSync(path, JSON.stringify([key]))
  chmodSync(path, 0o644)
  const cases: [args: string[], code: number, said: RegExp][] = [
    [['--verify-signatures', path], 104, /--verify-signatures: .* is open to others \(mode 0644\); run: chmod 600 /],
    [['--host', '0.0.0.0'], 106, /the host must be a loopback address .*, got 0\.0\.0\.0: signatures are not verified/],
  ]
  for (const [args, code, said] of cases) {
    const child = turnaround(t, ...args)
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(20_000) })
    const lines = await text(child.stderr!)
    assert.deepEqual(await exited, [code, null], lines)
    assert.match(lines, said)
    assert.ok(!lines.includes(key.secretAccessKey))
  }
})

test('without a file the key is that of the AWS variables, with its token', async () => {
  const variables = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' }
  assert.deepEqual(await credentialsOption('', variables), [{ accessKeyId: 'AKID', secretAccessKey: 's' }])
  assert.deepEqual(await credentialsOption('', { ...variables, AWS_SESSION_TOKEN: 't' }), [
    { accessKeyId: 'AKID', secretAccessKey: 's', sessionToken: 't' },
  ])
  await assert.rejects(credentialsOption('', { AWS_ACCESS_KEY_ID: 'AKID' }), {
    message: /--verify-signatures: needs a file of keys, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
  })
})
