import assert from 'node:assert/strict'
import test from 'node:test'
import { startHonestyTarget } from '../../../src/targets/honesty/start-honesty-target.ts'
import { behaviourOf, type HonestyKind, honestyKinds, simulate } from '../../../src/targets/index.ts'
import { createManualClock } from '../../embedded/manual-clock.ts'
import { post, started, until } from '../start-target.ts'

interface State {
  readonly requests: number
  readonly answered: number
  readonly errors: number
  readonly latest_ms: number
}

// Around the freeze, two at once, some while another is under way.
const arrivals = [0, 1, 1, 2990, 3000, 3998, 4000, 4001, 5500, 5999, 6000, 6001, 9000]

for (const kind of honestyKinds satisfies HonestyKind[]) {
  test(`the running ${kind} target answers when the truth says so`, async (t) => {
    const clock = createManualClock(0)
    const target = await startHonestyTarget(kind, { clock })
    t.after(() => target.stop())
    const state = () => target.state() as State
    const { responseMs, statuses } = simulate(behaviourOf(kind), arrivals, arrivals.length)
    const doneMs = responseMs.map((ms, index) => ms + arrivals[index])
    const answers: Promise<number>[] = []
    const moments = [...new Set([...arrivals, ...doneMs, ...doneMs.map((ms) => ms - 0.001)])].sort((a, b) => a - b)
    for (const atMs of moments) {
      clock.advance(atMs - clock.now())
      assert.equal(state().answered, doneMs.filter((ms) => ms <= atMs).length, `answered at ${atMs} ms`)
      for (const arrival of arrivals.filter((ms) => ms === atMs)) {
        answers.push(fetch(`${target.url}/${arrival}`).then(({ status }) => status))
        await until(() => state().requests === answers.length)
      }
    }
    assert.deepEqual(await Promise.all(answers), [...statuses])
  })
}

test('in real time no answer is early, and the target says how late its latest was', async (t) => {
  const target = await started(t, 'honesty-steady', { settings: { service_ms: 20 } })
  for (let request = 0; request < 5; request += 1) {
    const startMs = performance.now()
    assert.equal((await fetch(target.url)).status, 200)
    assert.ok(performance.now() - startMs >= 20)
  }
  const { latest_ms: latestMs, answered } = target.state() as State
  assert.equal(answered, 5)
  assert.ok(latestMs >= 0)
})

test('after a reset the time of the target begins with the next request', async (t) => {
  const clock = createManualClock(0)
  const target = await startHonestyTarget('error-bursts', { clock, settings: { every_ms: 10, burst_ms: 5 } })
  t.after(() => target.stop())
  const status = async (): Promise<number> => {
    const { requests } = target.state() as State
    const answer = fetch(target.url)
    await until(() => (target.state() as State).requests === requests + 1)
    clock.advance(2.5)
    return (await answer).status
  }
  assert.equal(await status(), 200)
  clock.advance(4)
  assert.equal(await status(), 503)
  assert.partialDeepStrictEqual(await (await post(`${target.adminUrl}/_target/reset`)).json(), { requests: 0 })
  assert.equal(await status(), 200)
})
