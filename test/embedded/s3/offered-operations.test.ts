import * as sdk from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offeredOperations } from '../../../src/embedded/s3/offered-operations.ts'
import { rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

/** Not of the SDK: what browsers send. */
const browsers = new Set(['PostObject', 'Preflight'])

test('every operation that the SDK knows is in the table of what is offered, once', () => {
  const known = Object.keys(sdk)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.replace(/Command$/, ''))
  const names = offeredOperations.map(({ name }) => name).filter((name) => !browsers.has(name))
  assert.deepEqual(names, known.sort())
})

test('what an operation is not known for is never taken for a write of the object', async (t) => {
  const { port } = await serveBucket(t)
  await rawRequest(port, 'PUT', '/bucket/k', {}, 'first')
  for (const parameter of ['annotation', 'encryption', 'renameObject', 'retention', 'legal-hold', 'versioning']) {
    const { status } = await rawRequest(port, 'PUT', `/bucket/k?${parameter}`, {}, 'second')
    assert.ok(status >= 400, parameter)
  }
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).body, 'first')
})
