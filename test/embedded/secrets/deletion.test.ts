import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import {
  DeleteSecretCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { dayMs, missing, name, testSecrets } from './secrets-server.ts'

const marked = {
  name: 'InvalidRequestException',
  message: "You can't perform this operation on the secret because it was marked for deletion.",
}

test('a deleted secret blocks its name until its window is over, and can be restored before', async (t) => {
  const { create, get, delete: remove, client, clock } = await testSecrets(t)
  await create()
  const { DeletionDate } = await remove(7)
  assert.equal(DeletionDate!.getTime(), clock.now() + 7 * dayMs)
  await assert.rejects(get(), marked)
  await assert.rejects(create(), {
    name: 'InvalidRequestException',
    message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  })
  await client.send(new RestoreSecretCommand({ SecretId: name }))
  assert.equal((await get()).SecretString, 'one')
})

test('a secret vanishes with its window, not a moment before', async (t) => {
  const { create, get, describe, delete: remove, client, clock } = await testSecrets(t)
  const { ARN } = await create()
  await remove()
  clock.advance(30 * dayMs - 1)
  const { DeletedDate } = await describe()
  assert.equal(DeletedDate!.getTime(), clock.now() + 1 - 30 * dayMs)
  clock.advance(1)
  const gone = missing("Secrets Manager can't find the specified secret.")
  await assert.rejects(get(), gone)
  await assert.rejects(client.send(new RestoreSecretCommand({ SecretId: name })), gone)
  const { SecretList } = await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))
  assert.deepEqual(SecretList, [])
  const again = await create({ SecretString: 'again' })
  assert.notEqual(again.ARN, ARN)
  await assert.rejects(get({ SecretId: ARN }), gone)
})

test('the state of the server tells which secrets there are', async (t) => {
  const { create, put, delete: remove, endpoint, clock } = await testSecrets(t)
  await create()
  await put('two')
  await remove()
  const secrets = async () =>
    ((await (await fetch(`${endpoint}/_turnaround/state`)).json()) as { secrets: unknown }).secrets
  assert.deepEqual(await secrets(), [{ account_id: '000000000000', region: 'us-east-1', name, versions: 2 }])
  clock.advance(30 * dayMs)
  assert.deepEqual(await secrets(), [])
})

test('the window is 7 to 30 days', async (t) => {
  const { create, delete: remove, client } = await testSecrets(t)
  await create()
  for (const days of [6, 31]) {
    await assert.rejects(remove(days), {
      name: 'InvalidParameterException',
      message: 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    })
  }
  const both = { SecretId: name, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }
  await assert.rejects(client.send(new DeleteSecretCommand(both)), {
    name: 'InvalidParameterException',
    message: "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  })
})

test('a secret marked deleted takes no changes and is deleted once', async (t) => {
  const { create, put, delete: remove, client } = await testSecrets(t)
  await create()
  await remove()
  await assert.rejects(put('two'), marked)
  await assert.rejects(client.send(new UpdateSecretCommand({ SecretId: name, Description: 'x' })), marked)
  const tag = new TagResourceCommand({ SecretId: name, Tags: [{ Key: 'k', Value: 'v' }] })
  await assert.rejects(client.send(tag), marked)
  await assert.rejects(remove(), { name: 'InvalidRequestException' })
})

test('a forced delete is at once, also of what is marked deleted or was never there', async (t) => {
  const { create, get, delete: remove, client, clock } = await testSecrets(t)
  const { ARN } = await create()
  await remove()
  const force = (SecretId: string) =>
    client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
  const forced = await force(ARN!)
  assert.deepEqual([forced.ARN, forced.Name, forced.DeletionDate!.getTime()], [ARN, name, clock.now()])
  await assert.rejects(get(), { name: 'ResourceNotFoundException' })
  assert.notEqual((await create()).ARN, ARN)
  const never = await force('never-there')
  assert.equal(never.Name, 'never-there')
  assert.match(never.ARN!, /:secret:never-there-\w{6}$/)
})

test('restoring what was not deleted changes nothing', async (t) => {
  const { create, get, client } = await testSecrets(t)
  const { ARN } = await create({ ClientRequestToken: randomUUID() })
  assert.equal((await client.send(new RestoreSecretCommand({ SecretId: name }))).ARN, ARN)
  assert.equal((await get()).SecretString, 'one')
})
