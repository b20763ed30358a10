import { GetObjectCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAwsLike } from '../../../src/embedded/aws-like.ts'
import { createWriteRaces } from '../../../src/embedded/s3/write-races.ts'
import { serveBucket } from './serve-s3.ts'

const Bucket = 'bucket'

test('a share of conditional writes that race is refused with 409, and trying again gets there', async (t) => {
  const { sdk } = await serveBucket(t, { awsLike: createAwsLike(3) })
  const refused = new Map<string, number>()
  /** Adds one to the counter, as callers on S3 have to. */
  async function increment(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        const current = await sdk.send(new GetObjectCommand({ Bucket, Key: 'counter' }))
        const Body = String(Number(await current.Body!.transformToString()) + 1)
        await sdk.send(new PutObjectCommand({ Bucket, Key: 'counter', Body, IfMatch: current.ETag }))
        return
      } catch (error) {
        assert.ok(error instanceof S3ServiceException)
        refused.set(error.name, (refused.get(error.name) ?? 0) + 1)
      }
    }
    assert.fail('200 attempts were not enough')
  }
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'counter', Body: '0' }))
  await Promise.all(Array.from({ length: 30 }, increment))
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key: 'counter' }))
  assert.equal(await Body!.transformToString(), '30')
  assert.deepEqual([...refused.keys()].filter((name) => name !== 'SlowDown').toSorted(), [
    'ConditionalRequestConflict',
    'PreconditionFailed',
  ])
})

test('about one request in a hundred is told to slow down, the same ones for the same seed', async (t) => {
  async function slowed(seed: number): Promise<number[]> {
    const { sdk } = await serveBucket(t, { awsLike: createAwsLike(seed) })
    const numbers: number[] = []
    for (let number = 0; number < 120; number++) {
      await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })).catch((error: unknown) => {
        assert.ok(error instanceof S3ServiceException)
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['SlowDown', 503])
        numbers.push(number)
      })
    }
    return numbers
  }
  const first = await slowed(5)
  assert.ok(first.length >= 1 && first.length <= 6, `${first.length} of 120`)
  assert.deepEqual(await slowed(5), first)
  assert.notDeepEqual(await slowed(12), first)
})

test('writes race while both are under way and on one key; one alone never loses', async () => {
  const always = { chance: () => true, pick: () => 0 }
  const races = createWriteRaces(always)
  const conflicts = (write: { checkConflict(): void }): boolean => {
    try {
      write.checkConflict()
      return false
    } catch {
      return true
    }
  }
  const [first, other] = [await races.begin('b', 'k'), await races.begin('b', 'other')]
  assert.deepEqual([conflicts(first), conflicts(other)], [false, false])
  const second = await races.begin('b', 'k')
  second.end()
  assert.deepEqual([conflicts(first), conflicts(second), conflicts(other)], [true, true, false])
  first.end()
  assert.equal(conflicts(await races.begin('b', 'k')), false)
})
