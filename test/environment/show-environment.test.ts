import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showEnvironment } from '../../src/environment/show-environment.ts'
import { front, jsonError } from './front.ts'
import { ACCOUNT, credentials, server, stage } from './stage.ts'

const SECRET = 'hunter2-very-secret'

test('everything is shown with where it comes from, and nothing that is secret', async (t) => {
  credentials(t)
  const environment = await stage(t, await server(t))
  const keep = (Name: string, SecretString: string) =>
    environment.clients.secrets.send(new CreateSecretCommand({ Name, SecretString }))
  await keep('load-test/uat/relay-token', SECRET)
  await keep('load-test/uat/chat-url', `wss://chat.example.com/${SECRET}`)
  await keep('load-test/dev/other-token', SECRET)
  process.env.SHOP_URL_UAT = `https://user:${SECRET}@shop.example.com/list?key=${SECRET}`
  t.after(() => Reflect.deleteProperty(process.env, 'SHOP_URL_UAT'))

  const view = await showEnvironment(environment, { region: 'eu-west-1', endpoint: 'http://any' })
  assert.doesNotMatch(JSON.stringify(view), /hunter2/)
  assert.deepEqual(
    view.settings.map(({ name, source }) => [name, source]),
    [
      ['chat-url', 'secret load-test/uat/chat-url'],
      ['relay-token', 'secret load-test/uat/relay-token'],
      ['shop-url', 'environment variable SHOP_URL_UAT'],
    ],
  )
  assert.match(view.settings[2].value, /^https:\/\/shop\.example\.com\/list \(user, password and query hidden\)$/)
  const facts = Object.fromEntries(view.facts.map(({ name, value, source }) => [name, `${value} (${source})`]))
  assert.equal(facts.region, 'eu-west-1 (--region)')
  assert.equal(facts.account, `${ACCOUNT} (STS, for the credentials in use)`)
  assert.equal(facts.protected, 'no (default)')
  assert.ok(view.resources.some(({ value }) => value === 'scenario-1-uat-incoming'))
})

test('whoever may read secrets but not list them is told so, and sees the rest', async (t) => {
  credentials(t)
  const endpoint = await front(t, await server(t), ({ target }) =>
    target === 'secretsmanager.ListSecrets' ? jsonError(400, 'AccessDeniedException', 'not authorized') : undefined,
  )
  const view = await showEnvironment(await stage(t, endpoint), {}, {})
  assert.deepEqual(view.troubles, ['secrets load-test/uat/… cannot be listed: access is denied'])
  assert.ok(view.facts.length > 5)
})

test('a secret that may not be read is told with the permission it needs, and the rest is shown', async (t) => {
  credentials(t)
  const endpoint = await front(t, await server(t), ({ target, body }) =>
    target === 'secretsmanager.GetSecretValue' && body.includes('relay-token')
      ? jsonError(400, 'AccessDeniedException', 'not authorized')
      : undefined,
  )
  const environment = await stage(t, endpoint)
  for (const name of ['relay-token', 'shop-token'])
    await environment.clients.secrets.send(
      new CreateSecretCommand({ Name: `load-test/uat/${name}`, SecretString: SECRET }),
    )
  const { settings, troubles } = await showEnvironment(environment, {}, {})
  assert.deepEqual(troubles, [
    'The secret load-test/uat/relay-token cannot be read: access is denied: allow secretsmanager:GetSecretValue',
  ])
  assert.deepEqual(
    settings.map(({ name }) => name),
    ['shop-token'],
  )
})
