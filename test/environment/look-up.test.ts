import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { EnvironmentError, InvalidInputError } from '../../src/errors.ts'
import { createLookUp } from '../../src/environment/look-up.ts'
import { startedEnvironment, temporaryFolder } from './started.ts'

async function uat(t: TestContext, variables: NodeJS.ProcessEnv = {}, config?: string) {
  const { clients } = await startedEnvironment(t)
  const configFile = join(await temporaryFolder(t), 'environments.json')
  if (config !== undefined) await writeFile(configFile, config)
  const keep = (Name: string, SecretString: string) =>
    clients.secrets.send(new CreateSecretCommand({ Name, SecretString }))
  return { keep, configFile, lookUp: createLookUp({ stage: 'uat', secrets: clients.secrets, configFile, variables }) }
}

test('the environment variable comes first, then the config file, then the secret', async (t) => {
  const config = '{ "uat": { "relay-url": "https://config", "shop-url": "https://shop" } }'
  const { keep, configFile, lookUp } = await uat(t, { RELAY_URL_UAT: 'https://variable' }, config)
  await keep('load-test/uat/shop-url', 'https://not-this')
  await keep('load-test/uat/chat-url', 'https://secret')
  assert.deepEqual(await lookUp('relay-url'), {
    value: 'https://variable',
    source: 'environment variable RELAY_URL_UAT',
  })
  assert.deepEqual(await lookUp('shop-url'), { value: 'https://shop', source: configFile })
  assert.deepEqual(await lookUp('chat-url'), { value: 'https://secret', source: 'secret load-test/uat/chat-url' })
})

test('a miss names the three places', async (t) => {
  const { configFile, lookUp } = await uat(t)
  await assert.rejects(lookUp('relay-url'), (error) => {
    assert.ok(error instanceof EnvironmentError)
    for (const place of ['RELAY_URL_UAT', configFile, 'load-test/uat/relay-url'])
      assert.ok(error.message.includes(place))
    return true
  })
})

test('what was found is kept: a change in the middle of a run changes nothing', async (t) => {
  const { configFile, lookUp } = await uat(t, {}, '{ "uat": { "relay-url": "https://first" } }')
  assert.equal((await lookUp('relay-url')).value, 'https://first')
  await writeFile(configFile, '{ "uat": { "relay-url": "https://second" } }')
  assert.equal((await lookUp('relay-url')).value, 'https://first')
})

test('a config file that is not JSON is refused with line and column, a value that is no text with its path', async (t) => {
  const torn = await uat(t, {}, '{\n  "uat": { "relay-url": }\n}')
  await assert.rejects(torn.lookUp('relay-url'), /environments\.json is not JSON: .*line 2, column 25/)
  const number = await uat(t, {}, '{ "uat": { "relay-url": 7 } }')
  await assert.rejects(number.lookUp('relay-url'), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.deepEqual(error.faults, [{ path: 'uat.relay-url', message: 'must be text in quotes, got 7 (line 1)' }])
    return true
  })
})

test('Secrets Manager that cannot be asked is told, not taken for a miss', async (t) => {
  const configFile = join(await temporaryFolder(t), 'environments.json')
  const secrets = new SecretsManagerClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  })
  t.after(() => secrets.destroy())
  const lookUp = createLookUp({ stage: 'uat', secrets, configFile, variables: {} })
  await assert.rejects(lookUp('relay-url'), /The secret load-test\/uat\/relay-url cannot be read/)
})

test('a started environment answers its targets', async (t) => {
  const { clients, target } = await startedEnvironment(t)
  await clients.secrets.send(new CreateSecretCommand({ Name: 'load-test/local/relay-url', SecretString: 'ws://relay' }))
  assert.equal(await target('relay'), 'ws://relay')
})
