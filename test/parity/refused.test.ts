import assert from 'node:assert/strict'
import test from 'node:test'
import { refused } from '../../src/parity/refused.ts'

const sdkError = Object.assign(new Error('Go away.'), {
  name: 'Shape',
  Code: 'AWS.Code',
  $metadata: { httpStatusCode: 403 },
})

test('a refusal in the expected words passes and answers the error', async () => {
  const expected = { code: 'AWS.Code', status: 403, message: 'Go away.' }
  assert.equal(await refused(Promise.reject(sdkError), expected), sdkError)
  await refused(Promise.reject(sdkError), { code: 'AWS.Code', message: /^Go/ })
})

test('another code, status or message does not', async () => {
  for (const expected of [
    { code: 'Shape' },
    { code: 'AWS.Code', status: 400 },
    { code: 'AWS.Code', message: 'Go' },
    { code: 'AWS.Code', message: /^away/ },
  ]) {
    await assert.rejects(refused(Promise.reject(sdkError), expected), assert.AssertionError)
  }
})

test('a call that is accepted does not either, and what it answered is told', async () => {
  await assert.rejects(refused(Promise.resolve({ id: 7 }), { code: 'AWS.Code' }), {
    message: 'was accepted instead of refused with AWS.Code: {"id":7}',
  })
})

test('an error that is no answer is thrown as it is', async () => {
  const broken = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  await assert.rejects(refused(Promise.reject(broken), { code: 'Error' }), broken)
})
