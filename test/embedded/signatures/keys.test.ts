import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readKeysFile, startEmbeddedAws } from '../../../src/embedded/index.ts'
import { temporaryFolder } from '../start.ts'
import { key } from './sign.ts'

function keysFile(t: TestContext, text: string, mode = 0o600): string {
  const path = join(temporaryFolder(t), 'keys.json')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function faultOf(path: string): string {
  try {
    readKeysFile(path)
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'KEYS_REFUSED')
    // Nobody is to find a secret in a log: not in the message, and not in what it came from.
    assert.ok(!JSON.stringify([String(error), String((error as Error).cause)]).includes('secret/of'), String(error))
    return (error as Error).message
  }
  return ''
}

test('a file of keys is read where it is for its owner alone', (t) => {
  const keys = [key, { accessKeyId: 'AKIDOTHER', secretAccessKey: 's', sessionToken: 't' }]
  assert.deepEqual(readKeysFile(keysFile(t, JSON.stringify(keys))), keys)
  assert.deepEqual(readKeysFile(keysFile(t, JSON.stringify(keys), 0o400)), keys)
})

test(
  'a file that others may read or write is refused, with what to do about it',
  { skip: process.platform === 'win32' && 'no modes here' },
  (t) => {
    for (const mode of [0o640, 0o604, 0o620, 0o777]) {
      const path = keysFile(t, JSON.stringify([key]), mode)
      const shown = `0${mode.toString(8)}`
      assert.equal(
        faultOf(path),
        `the keys file ${path} holds secrets and is open to others (mode ${shown}); run: chmod 600 ${path}`,
      )
    }
  },
)

test('a file that is not what it should be is refused, and nothing of it repeated', (t) => {
  assert.match(faultOf(join(temporaryFolder(t), 'none.json')), /none\.json cannot be read: ENOENT/)
  const { secretAccessKey } = key
  const cases: [text: string, fault: RegExp][] = [
    [secretAccessKey, / is not JSON$/],
    ['{}', /: must be an array of at least one \{ accessKeyId, secretAccessKey, accountId\?, sessionToken\? \}$/],
    ['[]', /at least one/],
    [`["${secretAccessKey}"]`, /: key 0: must be an object$/],
    [JSON.stringify([key, { ...key, accessKeyId: 'a/b' }]), /: key 1: accessKeyId must be 1-128 letters/],
    [JSON.stringify([{ ...key, secretAccessKey: '' }]), /: key 0: secretAccessKey must be a text, not empty$/],
    [JSON.stringify([{ ...key, accountId: 111122223333 }]), /: key 0: accountId must be twelve digits, in quotes$/],
    [JSON.stringify([{ ...key, sessionToken: 7 }]), /: key 0: sessionToken must be a text, not empty$/],
    [JSON.stringify([{ ...key, account: '111122223333' }]), / has account in key 0, which is none of accessKeyId, /],
    [JSON.stringify([key, key]), /: key 1: accessKeyId AKIDEXAMPLE is there twice$/],
  ]
  for (const [text, fault] of cases) assert.match(faultOf(keysFile(t, text)), fault)
})

test('so are keys that a server is started with', async () => {
  const refused = { code: 'KEYS_REFUSED' }
  await assert.rejects(startEmbeddedAws({ credentials: [] }), refused)
  await assert.rejects(startEmbeddedAws({ credentials: [{ ...key, secretAccessKey: '' }] }), refused)
})
