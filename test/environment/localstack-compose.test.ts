import assert from 'node:assert/strict'
import { test } from 'node:test'
import { composeEndpoint, composeUp } from '../../src/environment/localstack-compose.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { EnvironmentError } from '../../src/errors.ts'
import { temporaryFolder } from './started.ts'

test('without a docker command that is said, with exit code 106 and how to do without', async (t) => {
  const variables = { PATH: await temporaryFolder(t) }
  await assert.rejects(composeUp({ composeFile: 'compose.yaml', variables, say: () => undefined }), (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.equal(error.exitCode, 106)
    assert.match(error.message, /^There is no docker command here: install Docker\. .*--env embedded: make local-run/)
    return true
  })
})

test('the emulator is looked for where compose.yaml publishes it', () => {
  assert.equal(composeEndpoint({}), 'http://127.0.0.1:4566')
  const variables = { LOCALSTACK_PORT: '4567' }
  assert.equal(resolveEnvironment('localstack', {}, variables).endpoint, 'http://127.0.0.1:4567')
  const elsewhere = { ...variables, AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' }
  assert.equal(resolveEnvironment('localstack', {}, elsewhere).endpoint, 'http://127.0.0.1:9000')
})
