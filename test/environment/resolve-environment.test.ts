import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidInputError, RefusedError } from '../../src/errors.ts'
import { resourceNames } from '../../src/environment/names.ts'
import { provision } from '../../src/environment/provision.ts'
import { endpointFor, resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment } from '../../src/environment/start-environment.ts'
import { startEmbeddedAws } from '../../src/embedded/index.ts'

test('the names are those of requirement 001', () => {
  assert.deepEqual(resourceNames('local', '000000000000'), {
    incoming: 'scenario-1-local-incoming',
    outgoing: 'scenario-1-local-outgoing',
    dlq: 'scenario-1-local-dlq',
    jobs: 'scenario-1-local-jobs',
    data: 'scenario-1-local-data-000000000000',
    results: 'load-test-results-local-000000000000',
  })
  assert.equal(resourceNames('uat', '123456789012', 2).incoming, 'scenario-2-uat-incoming')
})

test('the embedded environment ignores AWS_ENDPOINT_URL, the emulator and AWS take it', () => {
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'eu-west-1', AWS_ACCOUNT_ID: '123456789012' }
  const endpoints = ['embedded', 'localstack', 'uat'].map((name) => resolveEnvironment(name, {}, variables).endpoint)
  assert.deepEqual(endpoints, [undefined, 'http://127.0.0.1:9', 'http://127.0.0.1:9'])
  assert.equal(resolveEnvironment('uat', {}, variables).account, '123456789012')
  assert.equal(resolveEnvironment('localstack', {}, variables).account, '000000000000')
  assert.equal(resolveEnvironment('dev', { region: 'us-west-2' }, variables).region, 'us-west-2')
})

test('every environment has a stage, and each capability it lacks says why', () => {
  for (const name of ['embedded', 'localstack', 'dev', 'uat', 'prod']) {
    const { stage, capabilities } = resolveEnvironment(name, {}, {})
    assert.equal(stage, ['dev', 'uat', 'prod'].includes(name) ? name : 'local')
    for (const { supported, why } of Object.values(capabilities)) assert.ok(supported || why)
  }
})

test('an unknown environment is refused with the names there are', () => {
  assert.throws(
    () => resolveEnvironment('embeded', {}, {}),
    (error: InvalidInputError) => {
      assert.equal(error.exitCode, 104)
      assert.match(error.message, /embedded, localstack, dev, uat, prod; did you mean embedded/)
      return true
    },
  )
})

test('an endpoint of one service stands above that of all, and an option above both', () => {
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9/', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:10' }
  const resolved = resolveEnvironment('uat', {}, variables)
  assert.equal(endpointFor(resolved, 'sqs'), 'http://127.0.0.1:10')
  assert.equal(endpointFor(resolved, 's3'), 'http://127.0.0.1:9')
  const given = resolveEnvironment('uat', { endpoint: 'http://127.0.0.1:11' }, variables)
  assert.equal(endpointFor(given, 'sqs'), 'http://127.0.0.1:11')
})

test('the region of the settings stands behind variables and options', () => {
  const region = (variables: NodeJS.ProcessEnv, overrides = {}) =>
    resolveEnvironment('uat', overrides, variables, (stage) => ({
      region: stage === 'uat' ? 'eu-central-1' : 'no-no-1',
    })).region
  assert.equal(region({}), 'eu-central-1')
  assert.equal(region({ AWS_REGION: 'eu-west-1' }), 'eu-west-1')
  assert.equal(region({ AWS_REGION: 'eu-west-1' }, { region: 'us-west-2' }), 'us-west-2')
})

test('a stage on AWS is never provisioned, and the refusal names the deploy command', async (t) => {
  const resolved = resolveEnvironment('uat', {}, { AWS_ACCOUNT_ID: '123456789012' })
  const environment = await startEnvironment(resolved)
  t.after(() => environment.stop())
  await assert.rejects(provision(environment), (error: RefusedError) => {
    assert.equal(error.exitCode, 92)
    assert.match(error.message, /make deploy ENV=uat .*turnaround provision --env uat --template/)
    return true
  })
})

test('a VPC endpoint is AWS as well: nothing is provisioned there, unlike on a server that poses as a stage', () => {
  const mayProvision = (endpoint: string) =>
    resolveEnvironment('uat', { endpoint }, {}).capabilities.provision.supported
  assert.equal(mayProvision('https://vpce-1.sqs.us-east-1.vpce.amazonaws.com'), false)
  assert.equal(mayProvision('http://127.0.0.1:4566'), true)
  const half = resolveEnvironment('uat', {}, { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:4566' })
  assert.equal(half.capabilities.provision.supported, false)
  assert.equal(resolveEnvironment('uat', { endpoint: 'http://any' }, {}).capabilities.provisionUnasked.supported, false)
})

test('provisioning twice changes nothing', async (t) => {
  const server = await startEmbeddedAws()
  t.after(() => server.stop())
  const environment = await startEnvironment(resolveEnvironment('embedded', { endpoint: server.endpoint }, {}))
  t.after(() => environment.stop())
  assert.deepEqual(await provision(environment), await provision(environment))
})
