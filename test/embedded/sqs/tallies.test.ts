import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { createMessages } from '../../../src/embedded/sqs/messages.ts'
import { createQueues } from '../../../src/embedded/sqs/queues.ts'
import { schema } from '../../../src/embedded/sqs/schema.ts'
import { createTallies } from '../../../src/embedded/sqs/tallies.ts'
import { openStore } from '../../../src/embedded/store.ts'
import { createManualClock } from '../manual-clock.ts'
import { temporaryFolder } from '../start.ts'

function parts(t: TestContext) {
  const clock = createManualClock()
  const opened = openStore(temporaryFolder(t))
  t.after(() => opened.close())
  opened.database.exec(schema)
  const tallies = createTallies(opened, clock)
  const store = tallies.watched(opened)
  const queues = createQueues(store, clock)
  const recounted = () => createTallies(opened, clock)
  return { clock, store, tallies, queues, messages: createMessages(store, tallies), recounted }
}

const message = { messageId: 'm', body: 'b', md5: 'd', attributes: null, system: null }
const world = { accountId: '000000000000', region: 'us-east-1' }
const start = { visibleMs: -1, id: -1 }

const step = fc.record({
  do: fc.constantFrom('send', 'receive', 'remove', 'hide', 'move', 'resend', 'expire', 'count', 'fail', 'purge'),
  pick: fc.nat({ max: 20 }),
  ms: fc.integer({ min: 0, max: 90_000 }),
})

for (const isFifo of [false, true]) {
  test(`whatever is done, the tallies of ${isFifo ? 'FIFO' : 'standard'} queues are what counting in full finds`, (t) => {
    const { clock, store, tallies, queues, messages, recounted } = parts(t)
    const suffix = isFifo ? '.fifo' : ''
    const attributes = { MessageRetentionPeriod: '60', ...(isFifo && { FifoQueue: 'true' }) }
    let runs = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const names = ['a', 'b'].map((name) => `${name}-${(runs += 1)}${suffix}`)
        const [a, b] = names.map((name) => queues.create(world, name, attributes, {}))
        for (const queue of [a, b]) tallies.begin(queue)
        for (const { do: action, pick, ms } of steps) {
          const [from, to] = [pick % 2 === 0 ? a : b, pick % 2 === 0 ? b : a].map(({ id }) => queues.byId(id)!)
          const nowMs = clock.now()
          const found = messages.visible(from, nowMs, start, 20)
          const picked = found[pick % found.length]
          if (action === 'count') tallies.count(from, nowMs)
          else if (action === 'purge') queues.setPurged(from)
          else if (action === 'fail') {
            const fail = (): void => {
              messages.insert(from, { ...message, group: null }, nowMs, nowMs)
              throw new Error('rolled back')
            }
            assert.throws(() => store.transaction(fail), /rolled back/)
          } else {
            store.transaction(() => {
              if (action === 'send') {
                const group = isFifo ? `g${pick % 3}` : null
                messages.insert(from, { ...message, group }, nowMs, nowMs + (pick > 10 ? ms : 0))
              } else if (action === 'expire') messages.removeExpired(from.pileId, nowMs - from.retentionMs, pick)
              else if (picked === undefined) return
              else if (action === 'receive') messages.setReceived(picked, nowMs, nowMs + ms, false)
              else if (action === 'remove') messages.remove(picked)
              else if (action === 'hide') messages.setVisible(picked, nowMs + ms)
              else if (action === 'move') messages.move(picked, from, to, nowMs)
              else messages.resend(picked, to, 'n', nowMs)
            })
          }
          if (pick % 3 === 0) clock.advance(ms)
        }
        for (const { id } of [a, b]) {
          const queue = queues.byId(id)!
          assert.deepEqual(tallies.count(queue, clock.now()), recounted().count(queue, clock.now()))
        }
      }),
      { numRuns: 150 },
    )
  })
}

test('when time or the retention goes back, messages count again', (t) => {
  const { clock, store, tallies, queues, messages } = parts(t)
  const queue = queues.create(world, 'q', { MessageRetentionPeriod: '60' }, {})
  store.transaction(() => messages.insert(queue, { ...message, group: null }, clock.now(), clock.now() + 10_000))
  const early = clock.now()
  clock.advance(60_000)
  assert.deepEqual(tallies.count(queue, clock.now()), { visible: 0, inFlight: 0, delayed: 0 })
  assert.deepEqual(tallies.count(queue, early), { visible: 0, inFlight: 0, delayed: 1 })
  queues.setAttributes(queue, { MessageRetentionPeriod: '120' })
  assert.deepEqual(tallies.count(queues.byId(queue.id)!, clock.now()), { visible: 1, inFlight: 0, delayed: 0 })
})

test('more messages than are looked at one by one expire at once', (t) => {
  const { clock, store, tallies, queues, messages } = parts(t)
  const queue = queues.create(world, 'q', { MessageRetentionPeriod: '60' }, {})
  tallies.begin(queue)
  const send = (count: number): void => {
    const nowMs = clock.now()
    store.transaction(() => {
      for (let i = 0; i < count; i += 1) messages.insert(queue, { ...message, group: null }, nowMs, nowMs)
    })
  }
  send(12_000)
  clock.advance(30_000)
  send(5)
  assert.equal(tallies.count(queue, clock.now()).visible, 12_005)
  clock.advance(30_000)
  assert.equal(tallies.count(queue, clock.now()).visible, 5)
  clock.advance(30_000)
  assert.equal(tallies.count(queue, clock.now()).visible, 0)
})

test('a message that is moved to a queue that would not have kept it so long is not counted there', (t) => {
  const { clock, store, tallies, queues, messages } = parts(t)
  const [a, b] = ['a', 'b'].map((name) => queues.create(world, name, { MessageRetentionPeriod: '60' }, {}))
  const send = (): number => messages.insert(a, { ...message, group: null }, clock.now(), clock.now())
  tallies.begin(b)
  store.transaction(send)
  clock.advance(60_000)
  tallies.count(b, clock.now())
  store.transaction(send)
  store.transaction(() => {
    for (const found of messages.visible(a, clock.now(), start, 20)) messages.move(found, a, b, clock.now())
  })
  assert.deepEqual(tallies.count(b, clock.now()), { visible: 1, inFlight: 0, delayed: 0 })
  clock.advance(30_000)
  assert.deepEqual(tallies.count(b, clock.now()), { visible: 1, inFlight: 0, delayed: 0 })
})
