import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import {
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsCommandInput,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import fc from 'fast-check'
import { dayMs, missing, name, type TestSecrets, testSecrets } from './secrets-server.ts'

async function list(
  { client }: TestSecrets,
  input: Partial<ListSecretVersionIdsCommandInput> = {},
): Promise<SecretVersionsListEntry[]> {
  return (await client.send(new ListSecretVersionIdsCommand({ SecretId: name, ...input }))).Versions!
}

function move({ client }: TestSecrets, stage: string, from?: string, to?: string) {
  return client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: name,
      VersionStage: stage,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    }),
  )
}

test('a new value is current and the former one previous; older ones lose their label', async (t) => {
  const { create, put, get, describe } = await testSecrets(t)
  const { VersionId: first } = await create()
  const second = await put('two')
  assert.deepEqual(second.VersionStages, ['AWSCURRENT'])
  const third = await put('three')
  assert.equal((await get()).SecretString, 'three')
  assert.equal((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString, 'two')
  assert.equal((await get({ VersionId: first })).SecretString, 'one')
  assert.deepEqual((await describe()).VersionIdsToStages, {
    [second.VersionId!]: ['AWSPREVIOUS'],
    [third.VersionId!]: ['AWSCURRENT'],
  })
})

test('deprecated versions are listed only when asked for, oldest first', async (t) => {
  const secrets = await testSecrets(t)
  const { VersionId: first } = await secrets.create({ KmsKeyId: 'alias/mine' })
  const { VersionId: second } = await secrets.put('two')
  const { VersionId: third } = await secrets.put('three')
  const labelled = [
    [second, ['AWSPREVIOUS']],
    [third, ['AWSCURRENT']],
  ]
  const told = (versions: SecretVersionsListEntry[]) =>
    versions.map(({ VersionId, VersionStages }) => [VersionId, VersionStages])
  assert.deepEqual(told(await list(secrets)), labelled)
  assert.deepEqual(told(await list(secrets, { IncludeDeprecated: true })), [[first, undefined], ...labelled])
  const [entry] = await list(secrets)
  assert.deepEqual(entry.KmsKeyIds, ['alias/mine'])
  assert.equal(entry.CreatedDate!.getTime(), secrets.clock.now())
  const page = await secrets.client.send(
    new ListSecretVersionIdsCommand({ SecretId: name, MaxResults: 2, IncludeDeprecated: true }),
  )
  assert.deepEqual(told(page.Versions!), [[first, undefined], labelled[0]])
  assert.deepEqual(told(await list(secrets, { NextToken: page.NextToken, IncludeDeprecated: true })), [labelled[1]])
})

test('a put with labels of its own does not move AWSCURRENT', async (t) => {
  const { create, put, get } = await testSecrets(t)
  await create()
  const token = randomUUID()
  const made = await put('two', { VersionStages: ['SAMPLESTAGE1', 'SAMPLESTAGE0'], ClientRequestToken: token })
  assert.equal(made.VersionId, token)
  assert.deepEqual(made.VersionStages, ['SAMPLESTAGE0', 'SAMPLESTAGE1'])
  assert.equal((await get()).SecretString, 'one')
  assert.equal((await get({ VersionStage: 'SAMPLESTAGE0' })).SecretString, 'two')
  const later = await put('three', { VersionStages: ['SAMPLESTAGE0'] })
  assert.deepEqual(later.VersionStages, ['SAMPLESTAGE0'])
  assert.deepEqual((await get({ VersionId: token })).VersionStages, ['SAMPLESTAGE1'])
})

test('a first value is current whatever its labels', async (t) => {
  const { create, put, get } = await testSecrets(t)
  await create({ SecretString: undefined })
  assert.deepEqual((await put('one', { VersionStages: ['AWSPENDING'] })).VersionStages, ['AWSCURRENT', 'AWSPENDING'])
  assert.equal((await get()).SecretString, 'one')
})

test('a token makes a put idempotent, and belongs to one value', async (t) => {
  const { create, put } = await testSecrets(t)
  const { ARN } = await create()
  const ClientRequestToken = randomUUID()
  await put('two', { ClientRequestToken })
  assert.equal((await put('two', { ClientRequestToken })).VersionId, ClientRequestToken)
  await assert.rejects(put('three', { ClientRequestToken }), {
    name: 'ResourceExistsException',
    message: `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${ARN}.`,
  })
  await assert.rejects(put('three', { ClientRequestToken: 'short' }), { name: 'InvalidParameterException' })
})

test('a version and a label that do not belong together are refused', async (t) => {
  const { create, get } = await testSecrets(t)
  const { VersionId } = await create()
  await assert.rejects(get({ VersionId, VersionStage: 'AWSPREVIOUS' }), {
    name: 'InvalidRequestException',
    message: 'You provided a VersionStage that is not associated to the provided VersionId.',
  })
  const noStage = "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS"
  await assert.rejects(get({ VersionStage: 'AWSPREVIOUS' }), missing(noStage))
})

test('AWSCURRENT moves on purpose, and AWSPREVIOUS with it', async (t) => {
  const secrets = await testSecrets(t)
  const { VersionId: first } = await secrets.create()
  const { VersionId: second } = await secrets.put('two', { VersionStages: ['AWSPENDING'] })
  await move(secrets, 'AWSCURRENT', first, second)
  assert.deepEqual((await secrets.describe()).VersionIdsToStages, {
    [first!]: ['AWSPREVIOUS'],
    [second!]: ['AWSCURRENT', 'AWSPENDING'],
  })
  // And back again: the version that was previous no longer is.
  await move(secrets, 'AWSCURRENT', second, first)
  assert.deepEqual((await secrets.describe()).VersionIdsToStages, {
    [first!]: ['AWSCURRENT'],
    [second!]: ['AWSPENDING', 'AWSPREVIOUS'],
  })
  await move(secrets, 'AWSPENDING', second)
  assert.equal((await secrets.get({ VersionStage: 'AWSPREVIOUS' })).VersionId, second)
  await assert.rejects(secrets.get({ VersionStage: 'AWSPENDING' }), { name: 'ResourceNotFoundException' })
})

test('a label is taken only from the version that is named to have it', async (t) => {
  const secrets = await testSecrets(t)
  const { VersionId: first } = await secrets.create()
  const { VersionId: second } = await secrets.put('two', { VersionStages: ['MINE'] })
  await assert.rejects(move(secrets, 'AWSCURRENT', undefined, second), {
    name: 'InvalidParameterException',
    message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
  })
  await assert.rejects(move(secrets, 'AWSCURRENT', second, first), { name: 'InvalidParameterException' })
  await assert.rejects(move(secrets, 'AWSCURRENT', first), {
    name: 'InvalidParameterException',
    message:
      'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
  })
  await assert.rejects(move(secrets, 'MINE', randomUUID()), { name: 'ResourceNotFoundException' })
  assert.deepEqual((await secrets.describe()).VersionIdsToStages, { [first!]: ['AWSCURRENT'], [second!]: ['MINE'] })
})

test('of more than a hundred versions those without a label go, oldest first, when they are a day old', async (t) => {
  const secrets = await testSecrets(t)
  const { VersionId: first } = await secrets.create()
  await secrets.put('kept', { VersionStages: ['KEPT'] })
  for (let version = 3; version <= 100; version++) await secrets.put(String(version))
  await assert.rejects(secrets.put('101'), { name: 'LimitExceededException' })
  assert.equal((await secrets.get()).SecretString, '100')
  secrets.clock.advance(dayMs)
  await secrets.put('101')
  const all = await list(secrets, { IncludeDeprecated: true })
  assert.equal(all.length, 100)
  assert.ok(!all.some(({ VersionId }) => VersionId === first))
  assert.equal((await secrets.get({ VersionStage: 'KEPT' })).SecretString, 'kept')
  assert.equal((await secrets.get({ VersionStage: 'AWSPREVIOUS' })).SecretString, '100')
})

test('however labels are put and moved, each is at one version and one version is current', async (t) => {
  const secrets = await testSecrets(t)
  const stage = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'A')
  const step = fc.record({ put: fc.boolean(), stages: fc.uniqueArray(stage, { minLength: 1 }), pick: fc.nat(20) })
  let made = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const id = `model-${++made}`
      await secrets.create({ Name: id })
      for (const { put, stages, pick } of steps) {
        const before = Object.entries((await secrets.describe(id)).VersionIdsToStages!)
        if (put) {
          await secrets.put(randomUUID(), { SecretId: id, VersionStages: stages })
        } else {
          const holder = before.find(([, held]) => held.includes(stages[0]))?.[0]
          const [to] = before[pick % before.length]
          await secrets.client.send(
            new UpdateSecretVersionStageCommand({
              SecretId: id,
              VersionStage: stages[0],
              RemoveFromVersionId: holder,
              MoveToVersionId: to,
            }),
          )
        }
        const after = Object.entries((await secrets.describe(id)).VersionIdsToStages!)
        const held = after.flatMap(([, labels]) => labels)
        assert.equal(new Set(held).size, held.length)
        const currentBefore = before.find(([, labels]) => labels.includes('AWSCURRENT'))![0]
        const currentAfter = after.find(([, labels]) => labels.includes('AWSCURRENT'))![0]
        if (currentBefore !== currentAfter) {
          assert.ok(after.find(([version]) => version === currentBefore)![1].includes('AWSPREVIOUS'))
        }
      }
    }),
    { numRuns: 25, seed: 4 },
  )
})
