import assert from 'node:assert/strict'
import test from 'node:test'
import {
  BatchGetSecretValueCommand,
  DeleteSecretCommand,
  type Filter,
  ListSecretsCommand,
  type ListSecretsCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { name, type TestSecrets, testSecrets } from './secrets-server.ts'

async function names({ client }: TestSecrets, input: ListSecretsCommandInput = {}): Promise<string[]> {
  const { SecretList } = await client.send(new ListSecretsCommand(input))
  return SecretList!.map(({ Name }) => Name!)
}

test('secrets are listed by page in order of their making, those marked deleted when asked for', async (t) => {
  const secrets = await testSecrets(t)
  for (const Name of ['b', 'a', 'c', 'd']) await secrets.create({ Name })
  await secrets.client.send(new DeleteSecretCommand({ SecretId: 'd' }))
  const first = await secrets.client.send(new ListSecretsCommand({ MaxResults: 2 }))
  assert.deepEqual(
    first.SecretList!.map(({ Name }) => Name),
    ['b', 'a'],
  )
  await secrets.create({ Name: 'e' })
  assert.deepEqual(await names(secrets, { MaxResults: 2, NextToken: first.NextToken }), ['c', 'e'])
  assert.deepEqual(await names(secrets, { IncludePlannedDeletion: true }), ['b', 'a', 'c', 'd', 'e'])
  assert.equal((await secrets.client.send(new ListSecretsCommand({}))).NextToken, undefined)
})

test('a list can be turned round and sorted by what changed, and pages follow', async (t) => {
  const secrets = await testSecrets(t)
  for (const Name of ['b', 'a', 'c']) {
    await secrets.create({ Name })
    secrets.clock.advance(1000)
  }
  await secrets.put('two', { SecretId: 'b' })
  assert.deepEqual(await names(secrets, { SortOrder: 'desc' }), ['c', 'a', 'b'])
  assert.deepEqual(await names(secrets, { SortBy: 'name' }), ['a', 'b', 'c'])
  assert.deepEqual(await names(secrets, { SortBy: 'last-changed-date' }), ['a', 'c', 'b'])
  const input = { SortBy: 'name', SortOrder: 'desc', MaxResults: 1 } as const
  const { NextToken } = await secrets.client.send(new ListSecretsCommand(input))
  assert.deepEqual(await names(secrets, { ...input, NextToken }), ['b'])
})

test('a list says of each secret what DescribeSecret says', async (t) => {
  const secrets = await testSecrets(t)
  const { ARN, VersionId } = await secrets.create({ Description: 'd', Tags: [{ Key: 'k', Value: 'v' }] })
  const { SecretList } = await secrets.client.send(new ListSecretsCommand({}))
  const made = new Date(secrets.clock.now())
  assert.deepEqual(SecretList, [
    {
      ARN,
      Name: name,
      Description: 'd',
      CreatedDate: made,
      LastChangedDate: made,
      Tags: [{ Key: 'k', Value: 'v' }],
      SecretVersionsToStages: { [VersionId!]: ['AWSCURRENT'] },
    },
  ])
})

test('pages and tokens that cannot be are refused', async (t) => {
  const { client } = await testSecrets(t)
  for (const MaxResults of [0, 101]) {
    await assert.rejects(client.send(new ListSecretsCommand({ MaxResults })), { name: 'ValidationException' })
  }
  for (const NextToken of ['nonsense', Buffer.from('{}').toString('base64')]) {
    await assert.rejects(client.send(new ListSecretsCommand({ NextToken })), { name: 'InvalidNextTokenException' })
  }
})

test('filters look for prefixes and words, ! turns them round, and all of them have to hold', async (t) => {
  const secrets = await testSecrets(t)
  await secrets.create({ Name: 'testing1/one', Description: 'a secret' })
  await secrets.create({ Name: '/testing2/two', Description: 'an secret', Tags: [{ Key: 'Team', Value: 'ops' }] })
  await secrets.create({ Name: 'testing3/three', Description: 'asecret' })
  await secrets.create({ Name: '/testing4/four', Description: 'thesecret', Tags: [{ Key: 'team', Value: 'dev' }] })
  const cases: [string, Filter[]][] = [
    ['24', [{ Key: 'name', Values: ['/'] }]],
    ['13', [{ Key: 'name', Values: ['!/'] }]],
    ['', [{ Key: 'name', Values: ['testing1 one'] }]],
    ['', [{ Key: 'name', Values: ['TESTING'] }]],
    ['13', [{ Key: 'name', Values: ['testing1', 'testing3'] }]],
    ['123', [{ Key: 'description', Values: ['a'] }]],
    ['4', [{ Key: 'description', Values: ['!a'] }]],
    ['12', [{ Key: 'description', Values: ['A Secret'] }]],
    ['1234', [{ Key: 'description', Values: ['!c'] }]],
    [
      '',
      [
        { Key: 'description', Values: ['a'] },
        { Key: 'name', Values: ['secret'] },
      ],
    ],
    [
      '2',
      [
        { Key: 'description', Values: ['a'] },
        { Key: 'name', Values: ['/'] },
      ],
    ],
    ['4', [{ Key: 'tag-key', Values: ['te'] }]],
    ['2', [{ Key: 'tag-value', Values: ['op'] }]],
    ['24', [{ Key: 'all', Values: ['TEAM'] }]],
    ['3', [{ Key: 'all', Values: ['three'] }]],
    ['', [{ Key: 'primary-region', Values: ['us'] }]],
    ['', [{ Key: 'owning-service', Values: ['rds'] }]],
  ]
  for (const [expected, Filters] of cases) {
    const found = await names(secrets, { Filters })
    assert.equal(found.map((told) => /\d/.exec(told)![0]).join(''), expected, JSON.stringify(Filters))
  }
  const unknown = [{ Key: 'colour', Values: ['red'] }] as unknown as Filter[]
  await assert.rejects(names(secrets, { Filters: unknown }), { name: 'ValidationException' })
})

test('a batch of values tells those it can and why not the others', async (t) => {
  const { client, create } = await testSecrets(t)
  const { ARN, VersionId } = await create()
  await create({ Name: 'deleted' })
  await client.send(new DeleteSecretCommand({ SecretId: 'deleted' }))
  await create({ Name: 'empty', SecretString: undefined })
  const SecretIdList = [name, 'missing', 'deleted', 'empty']
  const { SecretValues, Errors } = await client.send(new BatchGetSecretValueCommand({ SecretIdList }))
  assert.deepEqual(
    SecretValues!.map(({ CreatedDate, ...rest }) => ({ ...rest, dated: CreatedDate !== undefined })),
    [{ ARN, Name: name, VersionId, SecretString: 'one', VersionStages: ['AWSCURRENT'], dated: true }],
  )
  assert.deepEqual(
    Errors!.map(({ SecretId, ErrorCode }) => [SecretId, ErrorCode]),
    [
      ['missing', 'ResourceNotFoundException'],
      ['deleted', 'InvalidRequestException'],
      ['empty', 'ResourceNotFoundException'],
    ],
  )
})

test('a batch of values can be asked for by filter and page, not by both ways at once', async (t) => {
  const { client, create } = await testSecrets(t)
  for (const Name of ['a/1', 'a/2', 'a/3', 'b']) await create({ Name, SecretString: Name })
  const Filters: Filter[] = [{ Key: 'name', Values: ['a/'] }]
  const batch = async (input: object): Promise<[string[], string | undefined]> => {
    const { SecretValues, NextToken } = await client.send(new BatchGetSecretValueCommand(input))
    return [SecretValues!.map(({ SecretString }) => SecretString!), NextToken]
  }
  const [first, token] = await batch({ Filters, MaxResults: 2 })
  assert.deepEqual(first, ['a/1', 'a/2'])
  assert.deepEqual(await batch({ Filters, MaxResults: 2, NextToken: token }), [['a/3'], undefined])
  const refused = { name: 'InvalidParameterException' }
  await assert.rejects(batch({ Filters, SecretIdList: ['b'] }), {
    ...refused,
    message: "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
  })
  await assert.rejects(batch({}), refused)
  await assert.rejects(batch({ SecretIdList: ['b'], MaxResults: 2 }), refused)
  await assert.rejects(batch({ Filters, MaxResults: 21 }), { name: 'ValidationException' })
})
