import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotFoundError } from '../../src/errors.ts'
import { InvalidObjectError } from '../../src/results/invalid-object-error.ts'
import { readTrafficDocument } from '../../src/results/read-traffic-document.ts'
import { memoryStore } from '../workloads/traffic/run-traffic.ts'

async function reading(body: string): Promise<unknown> {
  const objects = memoryStore()
  await objects.put('traffic.json', Buffer.from(body))
  return readTrafficDocument(objects)
}

test('a traffic document is read as it was written', async () => {
  assert.deepEqual(await reading('{"format_version": 1, "model": "open"}'), { format_version: 1, model: 'open' })
})

test('what is no traffic document of this version is refused by its name', async () => {
  for (const body of ['{"format_version": 2}', '{}', 'null']) {
    await assert.rejects(reading(body), {
      constructor: InvalidObjectError,
      message: /^traffic.json: is not of version 1/,
    })
  }
  await assert.rejects(reading('{"format'), { constructor: InvalidObjectError, message: /^traffic.json: is not JSON/ })
})

test('one that is not there is not found', async () => {
  await assert.rejects(readTrafficDocument(memoryStore()), NotFoundError)
})
