import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFollowing } from '../../src/jobs/following.ts'

test('calls for one job never overlap, and a slow follower is told the latest, then the end', async () => {
  const calls: string[] = []
  const gates: (() => void)[] = []
  const following = createFollowing(
    {
      async shipped(jobId, batches) {
        calls.push(`${jobId} ${batches}`)
        await new Promise<void>((open) => gates.push(open))
      },
      ended: (jobId) => void calls.push(`${jobId} ended`),
    },
    (error) => assert.fail(String(error)),
  )
  following.shipped('a', 0)
  following.shipped('a', 1)
  following.shipped('a', 2)
  following.shipped('a', 3)
  following.shipped('b', 1)
  following.ended('a')
  following.ended('a')
  assert.deepEqual(calls, ['a 1', 'b 1'])
  for (let open = gates.shift(); open; open = gates.shift()) {
    open()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await following.settled()
  following.shipped('a', 9)
  assert.deepEqual(calls, ['a 1', 'b 1', 'a 3', 'a ended'])
})
