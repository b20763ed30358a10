import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { clientConfig, secretsClient, start, temporaryFolder } from '../start.ts'
import { dayMs, missing, name, testSecrets } from './secrets-server.ts'

test('a secret is found by name, by ARN, and by its ARN without the random suffix', async (t) => {
  const { create, get } = await testSecrets(t)
  const { ARN, Name, VersionId } = await create()
  assert.match(ARN!, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:load-test\/uat\/relay-url-[A-Za-z0-9]{6}$/)
  for (const SecretId of [Name, ARN, ARN!.slice(0, -7)]) {
    const found = await get({ SecretId })
    assert.equal(found.SecretString, 'one')
    assert.equal(found.SecretBinary, undefined)
    assert.equal(found.VersionId, VersionId)
    assert.deepEqual(found.VersionStages, ['AWSCURRENT'])
  }
  for (const SecretId of [ARN!.slice(0, -3), `${ARN!}x`, ARN!.replace('us-east-1', 'eu-west-1')]) {
    await assert.rejects(get({ SecretId }), missing("Secrets Manager can't find the specified secret."))
  }
})

test('bytes come back as bytes', async (t) => {
  const { create, get } = await testSecrets(t)
  const SecretBinary = Uint8Array.of(0, 1, 254, 255)
  await create({ SecretString: undefined, SecretBinary })
  const found = await get()
  assert.deepEqual(Buffer.from(found.SecretBinary!), Buffer.from(SecretBinary))
  assert.equal(found.SecretString, undefined)
})

test('a name is taken once, unless the same request is repeated', async (t) => {
  const { create } = await testSecrets(t)
  const ClientRequestToken = randomUUID()
  const { ARN } = await create({ ClientRequestToken })
  assert.equal((await create({ ClientRequestToken })).ARN, ARN)
  const taken = {
    name: 'ResourceExistsException',
    message: `The operation failed because the secret ${name} already exists.`,
  }
  await assert.rejects(create({ SecretString: 'two' }), taken)
  await assert.rejects(create({ SecretString: 'two', ClientRequestToken }), taken)
})

test('an update changes what it names, and makes a version only where it brings a value', async (t) => {
  const { client, create, describe, get, clock } = await testSecrets(t)
  const { ARN, VersionId } = await create({ Description: 'first', KmsKeyId: 'alias/mine' })
  clock.advance(1500)
  const update = (input: object) => client.send(new UpdateSecretCommand({ SecretId: name, ...input }))
  const described = await update({ Description: 'second' })
  assert.deepEqual([described.ARN, described.Name, described.VersionId], [ARN, name, undefined])
  const after = await describe()
  assert.equal(after.Description, 'second')
  assert.equal(after.KmsKeyId, 'alias/mine')
  assert.equal(after.LastChangedDate!.getTime(), clock.now())
  assert.equal(after.CreatedDate!.getTime(), clock.now() - 1500)
  const token = randomUUID()
  assert.equal((await update({ SecretString: 'two', ClientRequestToken: token })).VersionId, token)
  assert.equal((await get()).SecretString, 'two')
  assert.deepEqual((await describe()).VersionIdsToStages, { [VersionId!]: ['AWSPREVIOUS'], [token]: ['AWSCURRENT'] })
})

test('the day of the last look at a value is told, once there was one', async (t) => {
  const { create, describe, get, clock } = await testSecrets(t)
  await create()
  assert.equal((await describe()).LastAccessedDate, undefined)
  clock.advance(dayMs / 2)
  await get()
  assert.equal((await describe()).LastAccessedDate!.getTime(), clock.now() - dayMs / 2)
})

test('what is not there is said in AWS’s words', async (t) => {
  const { create, get, describe } = await testSecrets(t)
  await assert.rejects(get(), missing("Secrets Manager can't find the specified secret."))
  await create({ SecretString: undefined })
  assert.equal((await describe()).VersionIdsToStages, undefined)
  const noValue = "Secrets Manager can't find the specified secret value for"
  await assert.rejects(get(), missing(`${noValue} staging label: AWSCURRENT`))
  const id = randomUUID()
  await assert.rejects(get({ VersionId: id }), missing(`${noValue} VersionId: ${id}`))
})

test('values are one of two kinds, of 1 byte to 64 KiB', async (t) => {
  const { create } = await testSecrets(t)
  await assert.rejects(create({ SecretBinary: Uint8Array.of(1) }), { name: 'InvalidParameterException' })
  for (const SecretString of ['', 'x'.repeat(65_537), 'é'.repeat(32_769)]) {
    await assert.rejects(create({ SecretString }), (error: Error) => {
      assert.equal(error.name, 'ValidationException')
      assert.ok(error.message.length < 200, 'the value is not told')
      return true
    })
  }
  await create({ SecretString: 'x'.repeat(65_536) })
})

test('a name that no secret can have is refused wherever it is given', async (t) => {
  const { create, get, describe } = await testSecrets(t)
  const message =
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!'
  for (const bad of ['with space', ' leading', 'star*', 'what!']) {
    await assert.rejects(create({ Name: bad }), { name: 'ValidationException', message })
    await assert.rejects(get({ SecretId: bad }), { name: 'ValidationException', message })
    await assert.rejects(describe(bad), { name: 'ValidationException', message })
  }
  await assert.rejects(create({ Name: 'x'.repeat(513) }), { name: 'ValidationException' })
  for (const good of ['Valid/_+=.@-Name-a1b2c3', 'x'.repeat(512)])
    assert.equal((await create({ Name: good })).Name, good)
})

test('a request by hand needs the token that SDKs fill in', async (t) => {
  const { endpoint } = await testSecrets(t)
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.CreateSecret' },
    body: JSON.stringify({ Name: name, SecretString: 'one' }),
  })
  assert.equal(response.status, 400)
  const message = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.'
  assert.deepEqual(await response.json(), { __type: 'InvalidRequestException', message, Message: message })
})

test('what is not offered says so and changes nothing', async (t) => {
  const { client, create, describe } = await testSecrets(t)
  await create()
  const before = await describe()
  await assert.rejects(client.send(new RotateSecretCommand({ SecretId: name, RotationLambdaARN: 'arn:aws:lambda' })), {
    name: 'UnsupportedOperationException',
    message: /^RotateSecret is not offered by the embedded Secrets Manager: /,
  })
  await assert.rejects(create({ Name: 'other', AddReplicaRegions: [{ Region: 'eu-west-1' }] }), {
    name: 'UnsupportedOperationException',
  })
  assert.deepEqual((await describe()).VersionIdsToStages, before.VersionIdsToStages)
  await assert.rejects(describe('other'), { name: 'ResourceNotFoundException' })
})

test('each account and region has secrets of its own', async (t) => {
  const { endpoint } = await testSecrets(t)
  const at = (accessKeyId: string, region: string) => {
    const client = new SecretsManagerClient({
      ...clientConfig(endpoint),
      region,
      credentials: { accessKeyId, secretAccessKey: 'test' },
    })
    t.after(() => client.destroy())
    return client
  }
  const clients = [at('111111111111', 'us-east-1'), at('222222222222', 'us-east-1'), at('111111111111', 'eu-west-1')]
  for (const [index, client] of clients.entries()) {
    await client.send(new CreateSecretCommand({ Name: name, SecretString: String(index) }))
  }
  for (const [index, client] of clients.entries()) {
    const found = await client.send(new GetSecretValueCommand({ SecretId: name }))
    assert.equal(found.SecretString, String(index))
    const world = ['us-east-1:111111111111', 'us-east-1:222222222222', 'eu-west-1:111111111111'][index]
    assert.ok(found.ARN!.startsWith(`arn:aws:secretsmanager:${world}:secret:${name}-`))
    const other = clients[(index + 1) % clients.length]
    await assert.rejects(other.send(new GetSecretValueCommand({ SecretId: found.ARN })), {
      name: 'ResourceNotFoundException',
    })
  }
})

test('secrets are there again after a restart', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  const created = await secretsClient(t, first.endpoint).send(
    new CreateSecretCommand({ Name: name, SecretString: 'x' }),
  )
  await first.stop()
  const { endpoint } = await start(t, { dataFolder })
  const found = await secretsClient(t, endpoint).send(new GetSecretValueCommand({ SecretId: name }))
  assert.deepEqual([found.ARN, found.VersionId, found.SecretString], [created.ARN, created.VersionId, 'x'])
})
