import assert from 'node:assert/strict'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { createSteadyClock } from '../../src/embedded/steady-clock.ts'
import { createManualClock } from './manual-clock.ts'
import { sqsClient, start, temporaryFolder } from './start.ts'

/** A machine whose clock is set while its time goes on. */
function machine(startMs: number, notBeforeMs = 0) {
  let wallMs = startMs
  let monotonicMs = 0
  const told: number[] = []
  const base = { ...createManualClock(), now: () => Math.floor(wallMs) }
  const options = { base, monotonicMs: () => monotonicMs, notBeforeMs, onAhead: (ms: number) => told.push(ms) }
  return {
    clock: createSteadyClock(options),
    told,
    set: (byMs: number) => (wallMs += byMs),
    pass(ms: number) {
      wallMs += ms
      monotonicMs += ms
    },
  }
}

test('however the machine’s clock is set, time never goes back, and goes on at its pace', () => {
  const step = fc.record({ setMs: fc.oneof(fc.constant(0), fc.integer({ min: -1e7, max: 1e7 })), passMs: fc.nat(5000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.float({ min: 0, max: 1, noNaN: true }), (steps, fraction) => {
      const { clock, set, pass } = machine(1e12)
      let before = clock.now()
      for (const { setMs, passMs } of steps) {
        set(setMs)
        pass(passMs + fraction)
        const now = clock.now()
        assert.ok(now >= before, `${now} after ${before}`)
        // Set back by less than has passed since it was read: nobody can tell, and time is as late as before.
        if (setMs >= 0 || setMs < -passMs - 1)
          assert.ok(now >= before + passMs - 1, `${passMs} passed, ${now - before} seen`)
        before = now
      }
    }),
  )
})

test('set back by an hour it goes on by itself, and follows again when the machine has caught up', () => {
  const { clock, told, set, pass } = machine(1e12)
  const before = clock.now()
  set(-3_600_000)
  pass(1000)
  assert.deepEqual([clock.now(), clock.aheadMs], [before + 1000, 3_600_000])
  // A reading an eighth of a millisecond later each time must not be rounded down for ever.
  for (let reading = 0; reading < 80; reading++) {
    pass(0.125)
    clock.now()
  }
  assert.equal(clock.now(), before + 1010)
  set(3_600_050)
  assert.deepEqual([clock.now(), clock.aheadMs], [before + 1060, 0])
  assert.deepEqual(told, [3_600_000, 0])
})

test('a step forward is followed', () => {
  const { clock, set } = machine(1e12)
  const before = clock.now()
  set(3_600_000)
  assert.deepEqual([clock.now(), clock.aheadMs], [before + 3_600_000, 0])
})

test('a message sent before the machine’s clock was set back is seen by the next server on the folder', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  const sqs = sqsClient(t, first.endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  await first.stop()
  const inAnHour = new Date(Date.now() + 3_600_000)
  utimesSync(join(dataFolder, 'turnaround.sqlite'), inAnHour, inAnHour)

  const second = await start(t, { dataFolder })
  const { clock } = (await (await fetch(`${second.endpoint}/_turnaround/state`)).json()) as {
    clock: { offset_seconds: number }
  }
  assert.ok(Math.abs(clock.offset_seconds - 3600) < 60, `${clock.offset_seconds} s ahead`)
  const { Messages } = await sqsClient(t, second.endpoint).send(new ReceiveMessageCommand({ QueueUrl }))
  assert.equal(Messages?.length, 1)
})
