import assert from 'node:assert/strict'
import test from 'node:test'
import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { name, testSecrets } from './secrets-server.ts'

const SecretId = name

test('tags are added, replaced and taken away; none is told before the first', async (t) => {
  const { client, create, describe } = await testSecrets(t)
  await create()
  assert.equal((await describe()).Tags, undefined)
  const tag = (Key: string, Value: string) => client.send(new TagResourceCommand({ SecretId, Tags: [{ Key, Value }] }))
  await tag('team', 'ops')
  await tag('run', '1')
  await tag('team', 'dev')
  assert.deepEqual((await describe()).Tags, [
    { Key: 'team', Value: 'dev' },
    { Key: 'run', Value: '1' },
  ])
  await client.send(new UntagResourceCommand({ SecretId, TagKeys: ['team', 'run', 'other'] }))
  assert.deepEqual((await describe()).Tags, [])
})

test('a secret has at most 50 tags, of sizes that AWS takes', async (t) => {
  const { client, create, describe } = await testSecrets(t)
  const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
  await create({ Tags: many })
  const tag = (Key: string, Value = 'v') => client.send(new TagResourceCommand({ SecretId, Tags: [{ Key, Value }] }))
  await assert.rejects(tag('one more'), { name: 'InvalidParameterException' })
  await assert.rejects(tag('aws:mine'), { name: 'InvalidParameterException' })
  await assert.rejects(tag('k'.repeat(129)), { name: 'ValidationException' })
  await assert.rejects(tag('k1', 'v'.repeat(257)), { name: 'ValidationException' })
  await tag('k1', 'changed')
  assert.equal((await describe()).Tags!.length, 50)
})

const policy = (principal: unknown): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  })

test('a resource policy is kept as it was put, until it is deleted', async (t) => {
  const { client, create } = await testSecrets(t)
  const { ARN } = await create()
  const get = async () => (await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy
  assert.equal(await get(), undefined)
  const put = await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy('*') }))
  assert.deepEqual([put.ARN, put.Name], [ARN, name])
  assert.equal(await get(), policy('*'))
  await client.send(new DeleteResourcePolicyCommand({ SecretId }))
  assert.equal(await get(), undefined)
})

test('a policy that is none, or is for everybody where that is blocked, is refused', async (t) => {
  const { client, create } = await testSecrets(t)
  await create()
  const put = (ResourcePolicy: string, BlockPublicPolicy?: boolean) =>
    client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy }))
  for (const bad of ['no json', '[]', '{}', '{"Statement":[{"Effect":"Perhaps"}]}']) {
    await assert.rejects(put(bad), { name: 'MalformedPolicyDocumentException' })
    const checked = await client.send(new ValidateResourcePolicyCommand({ SecretId, ResourcePolicy: bad }))
    assert.equal(checked.PolicyValidationPassed, false)
    assert.equal(checked.ValidationErrors!.length, 1)
  }
  await assert.rejects(put(policy({ AWS: '*' }), true), { name: 'PublicPolicyException' })
  await put(policy({ AWS: 'arn:aws:iam::111111111111:root' }), true)
  const checked = await client.send(new ValidateResourcePolicyCommand({ ResourcePolicy: policy('*') }))
  assert.deepEqual([checked.PolicyValidationPassed, checked.ValidationErrors], [true, []])
})
