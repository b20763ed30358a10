import assert from 'node:assert/strict'
import test from 'node:test'
import { HIDDEN, hideSecrets } from '../../../src/cli/run/hide-secrets.ts'

test('a bundle shows no secrets of its scenario: not in headers, bodies, feeders, URLs and paths', () => {
  const settings = {
    target: 'wss://me:hunter2@relay.test/socket?token=hunter2&room=5',
    headers: { Authorization: 'Bearer hunter2', 'x-api-key': 'hunter2', 'set-cookie': 'a=hunter2', accept: '*/*' },
    journeys: [
      {
        steps: [
          { path: '/a?api_key=hunter2&page=2#x', json: { user: 'ada', password: 'hunter2', accessToken: 'hunter2' } },
        ],
      },
    ],
    feeders: { users: { rows: [{ email: 'a@example.com', client_secret: 'hunter2' }] } },
  }
  assert.deepEqual(hideSecrets(settings, {}), {
    target: `wss://${HIDDEN}@relay.test/socket?token=${HIDDEN}&room=5`,
    headers: { Authorization: HIDDEN, 'x-api-key': HIDDEN, 'set-cookie': HIDDEN, accept: '*/*' },
    journeys: [
      {
        steps: [
          { path: `/a?api_key=${HIDDEN}&page=2#x`, json: { user: 'ada', password: HIDDEN, accessToken: HIDDEN } },
        ],
      },
    ],
    feeders: { users: { rows: [{ email: 'a@example.com', client_secret: HIDDEN }] } },
  })
})

test('what is no secret stays: variables, numbers, and names that only sound alike', () => {
  const settings = {
    headers: { authorization: 'Bearer ${env.TOKEN}' },
    steps: [{ path: '/?token=${token}&monkeys=3', name: 'token', extract: [{ name: 'token', json: '$.token' }] }],
    token: 5,
    password: '',
    keyboard: 'qwerty',
    tokens: ['a'],
    cookies: true,
  }
  assert.deepEqual(hideSecrets(settings, {}), settings)
})

test('what is called a secret somewhere is hidden wherever else it stands, whole, in part and encoded', () => {
  const settings = {
    headers: { authorization: 'Bearer hunter2/hunter2' },
    steps: [{ path: '/a?k=hunter2%2Fhunter2&q=from-the-shell', body: 'say hunter2/hunter2, and Bearer' }],
    rows: [{ password: 'admin', name: 'admin' }],
  }
  assert.deepEqual(hideSecrets(settings, { SHOP_TOKEN: 'from-the-shell', HOME: '/home/say', API_KEY: 'say' }), {
    headers: { authorization: HIDDEN },
    steps: [{ path: `/a?k=${HIDDEN}&q=${HIDDEN}`, body: `say ${HIDDEN}, and Bearer` }],
    rows: [{ password: HIDDEN, name: 'admin' }],
  })
})
