import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkTarget } from '../../src/environment/allowed-target.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment } from '../../src/environment/start-environment.ts'
import { RefusedError } from '../../src/errors.ts'
import { temporaryFolder } from './started.ts'
import { credentials, server } from './stage.ts'

const uat = (allowed?: readonly string[]) => ({ stage: 'uat', allowed })

test('without a list any target is allowed, and with an empty one none', () => {
  checkTarget('wss://relay.example.com', undefined)
  checkTarget('wss://relay.example.com', uat())
  assert.throws(() => checkTarget('wss://relay.example.com', uat([])), /no target is allowed there yet/)
})

const PATTERNS: readonly (readonly [pattern: string, url: string, isAllowed: boolean])[] = [
  ['relay.example.com', 'wss://relay.example.com/path', true],
  ['relay.example.com', 'wss://RELAY.example.com:8443', true],
  ['relay.example.com', 'wss://evil-relay.example.com', false],
  ['relay.example.com', 'wss://relay.example.com.evil.net', false],
  ['relay.example.com', 'wss://relay.example.com@evil.net', false],
  ['*.example.com', 'https://a.b.example.com', true],
  ['*.example.com', 'https://example.com', false],
  ['*.example.com', 'https://notexample.com', false],
  ['127.0.0.1:8080', 'ws://127.0.0.1:8080', true],
  ['127.0.0.1:8080', 'ws://127.0.0.1', false],
  ['relay.example.com:443', 'wss://relay.example.com', true],
  ['relay.example.com', 'not a url', false],
]

for (const [pattern, url, isAllowed] of PATTERNS) {
  test(`${pattern} ${isAllowed ? 'allows' : 'does not allow'} ${url}`, () => {
    if (isAllowed) checkTarget(url, uat([pattern]))
    else assert.throws(() => checkTarget(url, uat([pattern])), RefusedError)
  })
}

test('the refusal names the host and the list, and nothing of the URL that may be secret', () => {
  assert.throws(
    () => checkTarget('https://user:hunter2@relay.example.com/?token=hunter2', uat(['a.example.com'])),
    (error: RefusedError) =>
      error.exitCode === 92 &&
      /relay\.example\.com may not be used from uat: allowed: a\.example\.com/.test(error.message) &&
      !error.message.includes('hunter2'),
  )
})

test('a started stage hands out no target that its list does not name, wherever it was found', async (t) => {
  credentials(t)
  const configFile = join(await temporaryFolder(t), 'environments.json')
  await writeFile(configFile, '{ "uat": { "allowed-targets": ["relay.uat.example.com"] } }')
  const resolved = resolveEnvironment('uat', { endpoint: await server(t) }, {})
  const environment = await startEnvironment(resolved, { configFile })
  t.after(() => environment.stop())
  const keep = (Name: string, SecretString: string) =>
    environment.clients.secrets.send(new CreateSecretCommand({ Name: `load-test/uat/${Name}`, SecretString }))
  await keep('relay-url', 'wss://relay.uat.example.com')
  await keep('shop-url', 'https://shop.example.com')
  assert.equal(await environment.target('relay'), 'wss://relay.uat.example.com')
  await assert.rejects(environment.target('shop'), RefusedError)
})
