import { HeadObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { EnvironmentError } from '../../src/errors.ts'
import { diskStore } from '../../src/results/disk-store.ts'
import type { ResultsDocument } from '../../src/results/documents.ts'
import { s3Store } from '../../src/results/s3-store.ts'
import { resultUploader, resultsKeyOf } from '../../src/results/uploader.ts'
import { uploadedResults } from '../../src/results/uploaded-results.ts'
import { startedEnvironment, temporaryFolder } from '../environment/started.ts'
import { makeResults } from '../report/documents.ts'

const KEY = 'uat/flights/20260131t130205z/laptop/results.json'
const NOW = Date.UTC(2026, 1, 1)
const DAY_MS = 24 * 3600 * 1000

function uploadedAt(ms: number, changes: Partial<ResultsDocument> = {}): ResultsDocument {
  const started_at = new Date(ms).toISOString()
  return makeResults({ environment: 'uat', run_id: `run-${started_at}`, started_at, ...changes })
}

test('a document goes to environment, scenario, time and task, each as one folder', () => {
  assert.equal(resultsKeyOf(makeResults({ environment: 'uat' })), KEY)
  const runner = { type: 'ecs', container_id: 'c', task_id: '0af/1' } as const
  const awkward = resultsKeyOf(makeResults({ environment: 'uat', scenario: 'a/b', runner }))
  assert.equal(awkward, 'uat/a%2Fb/20260131t130205z/0af%2F1/results.json')
})

test('on S3 it is encrypted and checked, and on disk it is the same bytes', async (t) => {
  const { clients, names } = await startedEnvironment(t)
  const folder = await temporaryFolder(t)
  const results = makeResults({ environment: 'uat' })
  const place = { client: clients.s3, bucket: names.results, prefix: '' }
  const bucket = s3Store({ ...place, encryption: 'AES256' })
  const url = await resultUploader({ store: bucket, place: `s3://${names.results}` }).upload(results)
  assert.equal(url, `s3://${names.results}/${KEY}`)
  const head = await clients.s3.send(
    new HeadObjectCommand({ Bucket: names.results, Key: KEY, ChecksumMode: 'ENABLED' }),
  )
  assert.equal(head.ServerSideEncryption, 'AES256')
  assert.ok(head.ChecksumSHA256)

  assert.equal(await resultUploader({ store: diskStore(folder), place: folder }).upload(results), join(folder, KEY))
  assert.deepEqual(await readFile(join(folder, KEY)), Buffer.from(await bucket.get(KEY)))
  assert.deepEqual(JSON.parse(await readFile(join(folder, KEY), 'utf8')), results)
})

test('a bucket that is not there is one clear message', async (t) => {
  const { clients } = await startedEnvironment(t)
  const store = s3Store({ client: clients.s3, bucket: 'no-such-bucket', prefix: '' })
  await assert.rejects(resultUploader({ store, place: 's3://no-such-bucket' }).upload(makeResults()), (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.match(error.message, /^s3:\/\/no-such-bucket\/embedded\/flights\/.*: the bucket does not exist/)
    return true
  })
})

test('what was uploaded is listed with the newest first, across scenarios, and no further than asked', async (t) => {
  const { clients, names } = await startedEnvironment(t)
  const client = clients.s3
  const store = s3Store({ client, bucket: names.results, prefix: '' })
  const { upload } = resultUploader({ store, place: '' })
  const clock: Pick<Clock, 'now'> = { now: () => NOW }
  const reader = uploadedResults({ client, bucket: names.results, clock: clock as Clock })
  assert.deepEqual(await reader.latest({ environment: 'uat', limit: 5 }), { found: [], notes: [] })

  const ages = [0.01, 0.5, 3, 40, 400, 4000]
  for (const [at, days] of ages.entries())
    await upload(uploadedAt(NOW - days * DAY_MS, { scenario: at % 2 === 0 ? 'flights' : 'synthetic' }))
  await upload(uploadedAt(NOW - 1000, { environment: 'dev' }))

  const agesOf = async (options: { scenario?: string; limit: number }) => {
    const { found, notes } = await reader.latest({ environment: 'uat', ...options })
    assert.deepEqual(notes, [])
    return found.map(({ results }) => (NOW - Date.parse(results.started_at)) / DAY_MS)
  }
  assert.deepEqual(await agesOf({ limit: 1 }), [0.01])
  assert.deepEqual(await agesOf({ limit: 4 }), [0.01, 0.5, 3, 40])
  assert.deepEqual(await agesOf({ limit: 100 }), ages)
  assert.deepEqual(await agesOf({ limit: 100, scenario: 'flights' }), [0.01, 3, 400])

  await store.put('uat/flights/20260131t235959z/laptop/results.json', Buffer.from('{"run_id": '))
  const { found, notes } = await reader.latest({ environment: 'uat', limit: 3 })
  assert.equal(found.length, 2, 'a damaged document hides no other')
  assert.match(notes.join(), /20260131t235959z\/laptop\/results\.json is not a results document/)
  assert.equal((await reader.get(resultsKeyOf(found[0].results))).results.run_id, found[0].results.run_id)
})
