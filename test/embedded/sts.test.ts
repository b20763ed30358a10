import assert from 'node:assert/strict'
import test from 'node:test'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { clientConfig, start } from './start.ts'

test('the caller learns the account, and that STS does nothing else here', async (t) => {
  const { endpoint } = await start(t)
  const client = new STSClient(clientConfig(endpoint))
  t.after(() => client.destroy())
  const identity = await client.send(new GetCallerIdentityCommand())
  assert.equal(identity.Account, '000000000000')
  assert.equal(identity.Arn, 'arn:aws:iam::000000000000:root')
  await assert.rejects(client.send(new GetSessionTokenCommand()), { name: 'InvalidAction', message: /GetSessionToken/ })
})
