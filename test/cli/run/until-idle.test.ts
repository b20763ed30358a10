import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilIdle } from '../../../src/cli/run/until-idle.ts'
import type { GangPhase } from '../../../src/jobs/gang-coordinator.ts'
import { steppedClock } from '../../stepped-clock.ts'

/** When it comes to rest, of a run whose load and whose jobs end at these seconds. */
async function restOf({ loadEndsAt, doneAt }: { loadEndsAt: number; doneAt: readonly number[] }) {
  const clock = steppedClock()
  const seconds = () => clock.now() / 1000
  const progress = () => ({
    gangs: new Map<string, GangPhase>([['load', seconds() < loadEndsAt ? 'running' : 'over']]),
    doneByKind: new Map([['any', doneAt.filter((at) => at <= seconds()).length]]),
  })
  await clock.until(untilIdle(progress, new AbortController().signal, clock), 1, 3_600_000)
  return seconds()
}

test('a run that was stopped is at rest half a minute after its load and its last job', async () => {
  assert.equal(await restOf({ loadEndsAt: 0, doneAt: [] }), 31)
  assert.equal(await restOf({ loadEndsAt: 100, doneAt: [] }), 129)
  assert.equal(await restOf({ loadEndsAt: 10, doneAt: [12, 40, 60] }), 90)
})

test('nobody waits for it once the run is over', async () => {
  const over = AbortSignal.abort()
  await untilIdle(() => assert.fail('it was asked'), over, steppedClock())
})
