import { SQSClient, ListQueuesCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { asEnvironmentError, explainAwsError } from '../../src/environment/explain-aws-error.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { EnvironmentError, InvalidInputError } from '../../src/errors.ts'
import { front, jsonError, queryError } from './front.ts'
import { credentials, server, stage } from './stage.ts'

async function refusal(t: TestContext, code: string, message: string): Promise<string> {
  credentials(t)
  const endpoint = await front(t, await server(t), () => queryError(403, code, message))
  const error = await stage(t, endpoint).catch((reason: unknown) => reason)
  assert.ok(error instanceof EnvironmentError, String(error))
  assert.equal(error.exitCode, 106)
  return error.message
}

const REFUSALS: readonly { code: string; message: string; says: RegExp }[] = [
  {
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
    says: /Not signed in to AWS: the AWS credentials have expired: sign in again \(aws sso login\)/,
  },
  {
    code: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
    says: /AWS does not know the access key: check AWS_PROFILE/,
  },
  {
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
    says: /the secret access key is not the one of the access key/,
  },
  {
    code: 'SignatureDoesNotMatch',
    message: 'Signature expired: 20260121T120000Z is now earlier than 20260121T124500Z (20260121T130000Z - 15 min.)',
    says: /this machine's clock is wrong: .* set it \(timedatectl set-ntp true\)/,
  },
  {
    code: 'SignatureDoesNotMatch',
    message: 'Signature not yet current: 20260121T140000Z is still later than 20260121T131500Z',
    says: /this machine's clock is wrong/,
  },
]

for (const { code, message, says } of REFUSALS) {
  test(`${code} (${message.slice(0, 22)}…) is told in one sentence with its fix`, async (t) => {
    assert.match(await refusal(t, code, message), says)
  })
}

test('without credentials the three ways to give them are named', async (t) => {
  credentials(t, undefined)
  const variables = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  }
  const before = { ...process.env }
  Object.assign(process.env, variables)
  t.after(() => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = before[name]
    }
  })
  // An empty string counts as none for the SDK; a missing variable could be the machine's.
  Reflect.deleteProperty(process.env, 'AWS_ACCESS_KEY_ID')
  Reflect.deleteProperty(process.env, 'AWS_SECRET_ACCESS_KEY')
  const endpoint = await server(t)
  await assert.rejects(
    stage(t, endpoint),
    /no AWS credentials were found: set AWS_PROFILE, sign in .*AWS_ACCESS_KEY_ID/,
  )
})

test('an endpoint where nothing listens is told at once', async (t) => {
  credentials(t)
  await assert.rejects(stage(t, 'http://127.0.0.1:9'), /nothing answers there .*check the endpoint, its port/)
})

test('a region that does not exist is a host that cannot be found', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND sqs.eu-mars-1.amazonaws.com'), { code: 'ENOTFOUND' })
  assert.deepEqual(explainAwsError(error).kind, 'unreachable')
  assert.match(explainAwsError(error).text, /check the region/)
})

test('credentials that expire in the middle of a run end it as an environment error, with the fix', async (t) => {
  const endpoint = await front(t, await server(t), () =>
    jsonError(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
  )
  const sqs = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  })
  t.after(() => sqs.destroy())
  const error = await sqs.send(new ListQueuesCommand({})).catch((reason: unknown) => reason)
  const told = asEnvironmentError(error, 'uat')
  assert.ok(told instanceof EnvironmentError)
  assert.match(told.message, /uat refused a call: the AWS credentials have expired/)
  const ours = new TypeError('a mistake of ours')
  assert.equal(asEnvironmentError(ours, 'uat'), ours)
})

test('an endpoint that is no URL, or holds a password, is refused without repeating it', () => {
  assert.throws(
    () => resolveEnvironment('uat', { endpoint: 'https://user:hunter2@example.com' }, {}),
    (error: InvalidInputError) => error.exitCode === 104 && !error.message.includes('hunter2'),
  )
  assert.throws(
    () => resolveEnvironment('uat', {}, { AWS_ENDPOINT_URL_SQS: 'localhost:4566' }),
    /AWS_ENDPOINT_URL_SQS: must be a URL/,
  )
})
