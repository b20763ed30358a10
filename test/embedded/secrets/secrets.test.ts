import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { secretsClient, start } from '../start.ts'

const dayMs = 86_400_000

async function secrets(t: TestContext): Promise<{ client: SecretsManagerClient; clock: ManualClock }> {
  const clock = createManualClock()
  const { endpoint } = await start(t, { clock })
  return { client: secretsClient(t, endpoint), clock }
}

function create(client: SecretsManagerClient, input: Partial<CreateSecretCommandInput> = {}) {
  return client.send(new CreateSecretCommand({ Name: 'load-test/uat/relay-url', SecretString: 'one', ...input }))
}

function get(client: SecretsManagerClient, input: object = {}): Promise<GetSecretValueCommandOutput> {
  return client.send(new GetSecretValueCommand({ SecretId: 'load-test/uat/relay-url', ...input }))
}

test('a secret is found by name, by ARN, and by its ARN without the random suffix', async (t) => {
  const { client } = await secrets(t)
  const { ARN, Name, VersionId } = await create(client)
  assert.match(ARN!, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:load-test\/uat\/relay-url-[A-Za-z0-9]{6}$/)
  for (const SecretId of [Name, ARN, ARN!.slice(0, -7)]) {
    const found = await get(client, { SecretId })
    assert.equal(found.SecretString, 'one')
    assert.equal(found.SecretBinary, undefined)
    assert.equal(found.VersionId, VersionId)
    assert.deepEqual(found.VersionStages, ['AWSCURRENT'])
  }
})

test('bytes come back as bytes', async (t) => {
  const { client } = await secrets(t)
  const SecretBinary = Uint8Array.of(0, 1, 254, 255)
  await create(client, { SecretString: undefined, SecretBinary })
  const found = await get(client)
  assert.deepEqual(Buffer.from(found.SecretBinary!), Buffer.from(SecretBinary))
  assert.equal(found.SecretString, undefined)
})

test('a new value is current and the former one previous; older ones lose their label', async (t) => {
  const { client } = await secrets(t)
  const { VersionId: first } = await create(client)
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: 'load-test/uat/relay-url', SecretString }))
  const second = await put('two')
  assert.deepEqual(second.VersionStages, ['AWSCURRENT'])
  const third = await put('three')
  assert.equal((await get(client)).SecretString, 'three')
  assert.equal((await get(client, { VersionStage: 'AWSPREVIOUS' })).SecretString, 'two')
  assert.equal((await get(client, { VersionId: first })).SecretString, 'one')
  const described = await client.send(new DescribeSecretCommand({ SecretId: 'load-test/uat/relay-url' }))
  assert.deepEqual(described.VersionIdsToStages, {
    [second.VersionId!]: ['AWSPREVIOUS'],
    [third.VersionId!]: ['AWSCURRENT'],
  })
})

test('a put with labels of its own does not move AWSCURRENT', async (t) => {
  const { client } = await secrets(t)
  await create(client)
  const token = randomUUID()
  const put = await client.send(
    new PutSecretValueCommand({
      SecretId: 'load-test/uat/relay-url',
      SecretString: 'two',
      VersionStages: ['SAMPLESTAGE1', 'SAMPLESTAGE0'],
      ClientRequestToken: token,
    }),
  )
  assert.equal(put.VersionId, token)
  assert.equal((await get(client)).SecretString, 'one')
  assert.equal((await get(client, { VersionStage: 'SAMPLESTAGE0' })).SecretString, 'two')
})

test('a token makes a put idempotent, and belongs to one value', async (t) => {
  const { client } = await secrets(t)
  const { ARN } = await create(client)
  const token = randomUUID()
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString, ClientRequestToken: token }))
  await put('two')
  assert.equal((await put('two')).VersionId, token)
  await assert.rejects(put('three'), {
    name: 'ResourceExistsException',
    message: `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${ARN}.`,
  })
})

test('a name is taken once, unless the same request is repeated', async (t) => {
  const { client } = await secrets(t)
  const ClientRequestToken = randomUUID()
  const { ARN } = await create(client, { ClientRequestToken })
  assert.equal((await create(client, { ClientRequestToken })).ARN, ARN)
  await assert.rejects(create(client, { SecretString: 'two' }), {
    name: 'ResourceExistsException',
    message: 'The operation failed because the secret load-test/uat/relay-url already exists.',
  })
})

test('what is not there is said in AWS’s words', async (t) => {
  const { client } = await secrets(t)
  const missing = (message: string) => ({ name: 'ResourceNotFoundException', message })
  await assert.rejects(get(client), missing("Secrets Manager can't find the specified secret."))
  await create(client, { SecretString: undefined })
  const noValue = "Secrets Manager can't find the specified secret value for"
  await assert.rejects(get(client), missing(`${noValue} staging label: AWSCURRENT`))
  const id = randomUUID()
  await assert.rejects(get(client, { VersionId: id }), missing(`${noValue} VersionId: ${id}`))
})

test('a deleted secret blocks its name until its window is over, and can be restored before', async (t) => {
  const { client, clock } = await secrets(t)
  await create(client)
  const remove = (RecoveryWindowInDays?: number) =>
    client.send(new DeleteSecretCommand({ SecretId: 'load-test/uat/relay-url', RecoveryWindowInDays }))
  await assert.rejects(remove(6), { name: 'InvalidParameterException' })
  const { DeletionDate } = await remove(7)
  assert.equal(DeletionDate!.getTime(), clock.now() + 7 * dayMs)
  await assert.rejects(get(client), { name: 'InvalidRequestException' })
  await assert.rejects(create(client), {
    name: 'InvalidRequestException',
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  })
  await client.send(new RestoreSecretCommand({ SecretId: 'load-test/uat/relay-url' }))
  assert.equal((await get(client)).SecretString, 'one')
  await remove()
  clock.advance(30 * dayMs)
  await assert.rejects(get(client), { name: 'ResourceNotFoundException' })
  await create(client, { SecretString: 'again' })
})

test('a forced delete is at once', async (t) => {
  const { client } = await secrets(t)
  const { ARN } = await create(client)
  await client.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }))
  await assert.rejects(get(client), { name: 'ResourceNotFoundException' })
  const again = await create(client)
  assert.notEqual(again.ARN, ARN)
})

test('secrets are listed by page, those marked deleted when asked for', async (t) => {
  const { client } = await secrets(t)
  for (const Name of ['b', 'a', 'c', 'd']) await create(client, { Name })
  await client.send(new DeleteSecretCommand({ SecretId: 'd' }))
  const list = async (input: object): Promise<[string[], string | undefined]> => {
    const { SecretList, NextToken } = await client.send(new ListSecretsCommand(input))
    return [SecretList!.map(({ Name }) => Name!), NextToken]
  }
  const [first, token] = await list({ MaxResults: 2 })
  assert.deepEqual(first, ['a', 'b'])
  assert.deepEqual(await list({ MaxResults: 2, NextToken: token }), [['c'], undefined])
  assert.deepEqual(await list({ IncludePlannedDeletion: true }), [['a', 'b', 'c', 'd'], undefined])
})

test('values are one of two kinds, up to 64 KiB, under a proper name', async (t) => {
  const { client } = await secrets(t)
  await assert.rejects(create(client, { SecretBinary: Uint8Array.of(1) }), { name: 'InvalidParameterException' })
  await assert.rejects(create(client, { SecretString: 'x'.repeat(65_537) }), { name: 'InvalidParameterException' })
  await assert.rejects(create(client, { Name: 'with space' }), { name: 'InvalidRequestException' })
  await create(client, { SecretString: 'x'.repeat(65_536) })
})
