import assert from 'node:assert/strict'
import test from 'node:test'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { sendForm } from '../form.ts'
import { clientConfig, start } from '../start.ts'

const identity = { Action: 'GetCallerIdentity', Version: '2011-06-15' }

test('the caller learns the account, and that STS does nothing else here', async (t) => {
  const { endpoint } = await start(t)
  const client = new STSClient(clientConfig(endpoint))
  t.after(() => client.destroy())
  const found = await client.send(new GetCallerIdentityCommand())
  assert.equal(found.Account, '000000000000')
  assert.equal(found.Arn, 'arn:aws:iam::000000000000:root')
  await assert.rejects(client.send(new GetSessionTokenCommand()), { name: 'InvalidAction', message: /GetSessionToken/ })
})

test('the account is that of the credentials', async (t) => {
  const { endpoint } = await start(t)
  const credentials = { accessKeyId: '123456789012', secretAccessKey: 'test' }
  const client = new STSClient({ ...clientConfig(endpoint), credentials })
  t.after(() => client.destroy())
  const found = await client.send(new GetCallerIdentityCommand())
  assert.deepEqual(
    [found.Account, found.UserId, found.Arn],
    ['123456789012', '123456789012', 'arn:aws:iam::123456789012:root'],
  )
})

test('a form in the body and parameters in the URL are the same, signed and not', async (t) => {
  const { endpoint } = await start(t)
  for (const method of ['POST', 'GET'] as const) {
    for (const signedFor of ['sts', undefined]) {
      const { status, texts } = await sendForm(endpoint, identity, { method, signedFor })
      assert.equal(status, 200)
      assert.deepEqual(texts('Account'), ['000000000000'])
      assert.equal(texts('RequestId').length, 1)
    }
  }
})

test('what is not offered is an error in the query protocol’s shape', async (t) => {
  const { endpoint } = await start(t)
  const { status, texts, xml } = await sendForm(endpoint, { Action: 'AssumeRole', Version: '2011-06-15' })
  assert.equal(status, 400)
  assert.match(xml, /^<\?xml version="1.0"\?><ErrorResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">/)
  assert.deepEqual([texts('Type'), texts('Code')], [['Sender'], ['InvalidAction']])
  const without = await sendForm(endpoint, { Version: '2011-06-15' })
  assert.deepEqual([without.status, without.texts('Code')], [400, ['MissingAction']])
})
