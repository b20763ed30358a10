import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { RefusedError } from '../../src/errors.ts'
import { acquireLease, LeaseLostError } from '../../src/jobs/lease.ts'
import { startedEnvironment } from '../environment/started.ts'
import { steppedClock, type SteppedClock } from '../stepped-clock.ts'

async function leases(t: TestContext) {
  const { clients, names } = await startedEnvironment(t)
  return (holder: string, clock: SteppedClock) =>
    acquireLease({ client: clients.dynamodb, tableName: names.jobs, runId: 'run', holder, clock })
}

test('a second scheduler is refused and told who holds the run', async (t) => {
  const acquire = await leases(t)
  const clock = steppedClock()
  const first = await acquire('laptop, process 1', clock)
  const second = acquire('laptop, process 2', clock)
  await assert.rejects(clock.until(second, 2), (error: RefusedError) => {
    assert.equal(error.exitCode, 92)
    assert.match(error.message, /laptop, process 1/)
    return true
  })
  await first.release()
})

test('a lease that was given back is taken without waiting', async (t) => {
  const acquire = await leases(t)
  const clock = steppedClock()
  await (await acquire('a', clock)).release()
  await (await acquire('b', clock)).release()
  assert.equal(clock.monotonic(), 0)
})

test('a lease given back while somebody waits for it is theirs', async (t) => {
  const acquire = await leases(t)
  const clock = steppedClock()
  const first = await acquire('a', steppedClock()) // its time stands: it never beats
  const second = acquire('b', clock)
  const released = clock.sleep(1000).then(() => first.release())
  await (await clock.until(second, 1)).release()
  await released
  assert.ok(clock.monotonic() < 5000)
})

test('the lease of a holder that has stopped beating is taken over, and the holder learns it', async (t) => {
  const acquire = await leases(t)
  const [frozen, clock] = [steppedClock(), steppedClock()]
  const asleep = await acquire('asleep', frozen)
  const awake = await clock.until(acquire('awake', clock), 1)
  assert.ok(clock.monotonic() >= 5000)
  const learnt = new Promise<void>((resolve) => asleep.lost.addEventListener('abort', () => resolve(), { once: true }))
  await frozen.until(learnt, 1)
  assert.ok(asleep.lost.reason instanceof LeaseLostError)
  assert.equal(awake.lost.aborted, false)
  await awake.release()
  await asleep.release()
})

test('of many who want a free lease at once, one gets it', async (t) => {
  const acquire = await leases(t)
  const clock = steppedClock()
  const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((holder) => acquire(holder, clock)))
  const tries = await clock.until(all, 2)
  const won = tries.filter((outcome) => outcome.status === 'fulfilled')
  assert.equal(won.length, 1)
  await won[0].value.release()
})
