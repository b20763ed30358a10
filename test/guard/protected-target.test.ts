import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { RefusedError } from '../../src/errors.ts'
import { refuseProtectedTarget } from '../../src/guard/protected-target.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

test('a URL of a protected environment is refused, and told without its secrets; others are not', async (t) => {
  const file = join(await temporaryFolder(t), 'environments.json')
  const prod = {
    'shop-url': 'https://shop.example.com/base',
    'allowed-targets': ['*.live.example.com', 'relay.example.com:8443'],
  }
  const uat = { protected: true, 'relay-url': 'wss://relay.uat.example.com', note: 'no URL' }
  writeFileSync(file, JSON.stringify({ dev: { 'shop-url': 'https://shop.dev.example.com' }, uat, prod }))
  for (const url of [
    'https://shop.example.com/',
    'http://a.b.live.example.com/x?token=hunter2',
    'https://relay.example.com:8443/',
    'https://me:hunter2@relay.uat.example.com',
  ]) {
    assert.throws(
      () => refuseProtectedTarget(new URL(url), file),
      (error: Error) =>
        error instanceof RefusedError &&
        / belongs to (prod|uat), /.test(error.message) &&
        !/hunter2/.test(error.message),
      url,
    )
  }
  for (const url of ['https://shop.dev.example.com/', 'http://127.0.0.1:8080', 'https://relay.example.com/'])
    refuseProtectedTarget(new URL(url), file)
  refuseProtectedTarget(new URL('https://shop.example.com/'), join(await temporaryFolder(t), 'no-such-file.json'))
})
