import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { systemClock, type Clock } from '../../src/clock.ts'
import { RefusedError } from '../../src/errors.ts'
import { acquireLease, LeaseLostError } from '../../src/jobs/lease.ts'
import { startedEnvironment } from '../environment/started.ts'

/** A clock that runs `speed` times as fast, so that a lease of seconds is a test of milliseconds. */
function fastClock(speed: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}

async function leases(t: TestContext) {
  const { clients, names } = await startedEnvironment(t)
  return (holder: string, clock: Clock = fastClock(10)) =>
    acquireLease({ client: clients.dynamodb, tableName: names.jobs, runId: 'run', holder, clock })
}

test('a second scheduler is refused and told who holds the run', async (t) => {
  const acquire = await leases(t)
  const first = await acquire('laptop, process 1')
  await assert.rejects(acquire('laptop, process 2'), (error: RefusedError) => {
    assert.equal(error.exitCode, 92)
    assert.match(error.message, /laptop, process 1/)
    return true
  })
  await first.release()
})

test('a lease that was given back is taken at once', async (t) => {
  const acquire = await leases(t)
  await (await acquire('a')).release()
  const before = performance.now()
  const second = await acquire('b', fastClock(1))
  assert.ok(performance.now() - before < 2_000)
  await second.release()
})

test('the lease of a holder that has stopped beating is taken over, and the holder learns it', async (t) => {
  const acquire = await leases(t)
  const frozen = new AbortController()
  const paused: Clock = {
    ...fastClock(10),
    sleep: (ms, signal) =>
      frozen.signal.aborted
        ? systemClock.sleep(ms / 10, signal)
        : new Promise((resolve, reject) => {
            frozen.signal.addEventListener('abort', () => resolve(), { once: true })
            signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
          }),
  }
  const asleep = await acquire('asleep', paused)
  const awake = await acquire('awake')
  frozen.abort()
  await new Promise((resolve) => asleep.lost.addEventListener('abort', resolve, { once: true }))
  assert.ok(asleep.lost.reason instanceof LeaseLostError)
  assert.equal(awake.lost.aborted, false)
  await awake.release()
  await asleep.release()
})

test('of many who want a free lease at once, one gets it', async (t) => {
  const acquire = await leases(t)
  const tries = await Promise.allSettled(['a', 'b', 'c', 'd'].map((holder) => acquire(holder)))
  const won = tries.filter((outcome) => outcome.status === 'fulfilled')
  assert.equal(won.length, 1)
  await won[0].value.release()
})
