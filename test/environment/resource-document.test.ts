import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { resourceDocument } from '../../src/environment/resource-document.ts'
import { InvalidInputError } from '../../src/errors.ts'

const COMMITTED = new URL('../../localstack/init/resources.json', import.meta.url)

test('what LocalStack’s init hook makes is what the definition says', async () => {
  const endpoint = 'http://localhost:4566' // as the hook, inside the container, sees its own server
  const calls = resourceDocument(resolveEnvironment('localstack', { endpoint }, {}))
  assert.deepEqual(
    JSON.parse(await readFile(COMMITTED, 'utf8')),
    calls,
    'out of date: make localstack/init/resources.json',
  )
})

test('the calls of a stage have its names, its region and its own queue URLs', () => {
  const variables = { AWS_ACCOUNT_ID: '123456789012', AWS_REGION: 'eu-west-1' }
  const calls = resourceDocument(resolveEnvironment('uat', {}, variables))
  const text = JSON.stringify(calls)
  assert.ok(text.includes('https://sqs.eu-west-1.amazonaws.com/123456789012/scenario-1-uat-incoming'))
  assert.ok(text.includes('"LocationConstraint":"eu-west-1"'))
  assert.ok(!text.includes('local'), text)
})

test('without an account there are no names, and it is said which variable has it', () => {
  assert.throws(
    () => resourceDocument(resolveEnvironment('uat', {}, {})),
    (error) => {
      assert.ok(error instanceof InvalidInputError)
      assert.deepEqual(error.faults, [{ path: 'AWS_ACCOUNT_ID', message: 'must be set, twelve digits' }])
      return true
    },
  )
})
