import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { scheduleDigest } from '../../../src/engine/schedule/schedule-digest.ts'
import { executorOf } from '../../../src/workloads/relay/executor.ts'
import { relaySchema, SCENARIOS, type RelaySettings } from '../../../src/workloads/relay/schema.ts'
import { hasPairs, sessionsOf } from '../../../src/workloads/relay/sessions.ts'
import { timetableOf } from '../../../src/workloads/relay/timetable.ts'

const anySettings = fc
  .record({
    scenario: fc.constantFrom(...SCENARIOS),
    sessions: fc.integer({ min: 1, max: 500 }),
    rampUpSeconds: fc.constantFrom(0, 0.05, 1, 7.3, 60),
    durationSeconds: fc.constantFrom(60, 61.7),
    rampDownSeconds: fc.constantFrom(0, 3),
    messageIntervalSeconds: fc.constantFrom(0.1, 5),
  })
  .map(({ sessions, ...settings }): RelaySettings => {
    const count = hasPairs(settings.scenario) ? { connectionPairs: sessions } : { connections: sessions }
    return relaySchema.parse({ ...settings, ...count })
  })

test('any number of shards starts every session once, at even distances, as the timetable has it', () => {
  fc.assert(
    fc.property(anySettings, fc.integer({ min: 1, max: 5 }), (settings, shards) => {
      const schedule = compileSchedule(executorOf(settings), 1)
      assert.ok(schedule.model === 'open')
      const starts = new Map<number, number>()
      for (let shard = 0; shard < shards; shard++) {
        const arrivals = schedule.arrivals(shard, shards)
        for (let us = arrivals.next(); us >= 0; us = arrivals.next()) starts.set(arrivals.index, us)
      }
      assert.equal(starts.size, sessionsOf(settings))
      // None can be dropped: as many as a shard starts may be in flight there.
      assert.equal(schedule.maxConcurrent, starts.size)
      const { startMs } = timetableOf(settings)
      for (const [index, us] of starts) assert.ok(Math.abs(us / 1000 - startMs(index)) <= 0.001)
    }),
  )
})

test('the schedule is the same for any number of shards', () => {
  const settings = relaySchema.parse({ connections: 100 })
  const schedule = compileSchedule(executorOf(settings), 1)
  const digests = [1, 2, 3, 7].map((shards) => scheduleDigest(schedule, shards))
  assert.equal(new Set(digests).size, 1)
})

test('exchanges are due at fixed distances, from the scan on until the session leaves', () => {
  fc.assert(
    fc.property(anySettings, fc.nat(499), (settings, number) => {
      const table = timetableOf(settings)
      const session = number % sessionsOf(settings)
      const due = table.exchangesOf(session)
      const intervalMs = settings.messageIntervalSeconds * 1000
      assert.ok(table.exchangeMs(session, 0) > table.scanMs(session) + settings.timings.syncBufferMs)
      assert.ok(due === 0 || table.exchangeMs(session, due - 1) < table.leaveMs(session) + 1e-6)
      assert.ok(table.exchangeMs(session, due) >= table.leaveMs(session) - 1e-6)
      const gap = table.exchangeMs(session, 5) - table.exchangeMs(session, 4)
      assert.ok(Math.abs(gap - intervalMs) < 1e-6)
    }),
  )
})

test('the schedule lasts as long as its sessions do at least, and their grace covers every timeout', () => {
  const lengthOf = (given: object) => {
    const executor = executorOf(relaySchema.parse(given))
    const { durationUs, gracefulStopMs } = compileSchedule(executor, 1)
    return { seconds: durationUs / 1e6, grace: gracefulStopMs / 1000 }
  }
  assert.deepEqual(lengthOf({}), { seconds: 10, grace: 35 })
  assert.deepEqual(lengthOf({ scenario: 'steady-state', rampDownSeconds: 5 }), { seconds: 75, grace: 5 })
  assert.deepEqual(lengthOf({ scenario: 'steady-messaging' }), { seconds: 70, grace: 36 })
  // 10 + 5 + 3 x (0.5 + 1) + 2 x 1; 30 + 120 + 3 x 30 + 5.
  assert.deepEqual(lengthOf({ scenario: 'realistic-session' }), { seconds: 21.5, grace: 245 })
  // 10 + 5 + 30; 30 + 60 + 10 + 60 + 5.
  assert.deepEqual(lengthOf({ scenario: 'async-delivery' }), { seconds: 45, grace: 165 })
})
