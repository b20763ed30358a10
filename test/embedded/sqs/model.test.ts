import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { testQueue } from './queue.ts'

interface ModelMessage {
  readonly body: string
  readonly handles: string[]
  visibleMs: number
  receives: number
}

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), delaySeconds: fc.integer({ min: 0, max: 3 }) }),
  fc.record({
    do: fc.constant('receive' as const),
    max: fc.integer({ min: 1, max: 10 }),
    visibilitySeconds: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ do: fc.constant('delete' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('hide' as const), pick: fc.nat(), seconds: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 3000 }) }),
)

test('whatever is done, a queue hands out exactly the messages that are visible and not deleted', async (t) => {
  const queue = await testQueue(t)
  const { clock } = queue
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const model = new Map<string, ModelMessage>()
      const received = (pick: number): ModelMessage | undefined => {
        const candidates = [...model.values()].filter(({ handles }) => handles.length > 0)
        return candidates[pick % candidates.length]
      }
      for (const action of steps) {
        if (action.do === 'send') {
          const body = `message ${(sent += 1)}`
          await queue.send(body, { DelaySeconds: action.delaySeconds })
          model.set(body, { body, handles: [], visibleMs: clock.now() + action.delaySeconds * 1000, receives: 0 })
        } else if (action.do === 'receive') {
          const visible = [...model.values()].filter(({ visibleMs }) => visibleMs <= clock.now())
          const messages = await queue.receive({
            MaxNumberOfMessages: action.max,
            VisibilityTimeout: action.visibilitySeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          })
          assert.equal(messages.length, Math.min(action.max, visible.length))
          assert.equal(new Set(messages.map(({ Body }) => Body)).size, messages.length, 'no message twice')
          for (const { Body, ReceiptHandle, Attributes } of messages) {
            const known = model.get(Body!)
            assert.ok(known !== undefined && known.visibleMs <= clock.now(), `${Body} is visible`)
            known.receives += 1
            assert.equal(Attributes!['ApproximateReceiveCount'], String(known.receives))
            assert.ok(!known.handles.includes(ReceiptHandle!), 'a handle of its own')
            known.handles.push(ReceiptHandle!)
            known.visibleMs = clock.now() + action.visibilitySeconds * 1000
          }
        } else if (action.do === 'advance') {
          clock.advance(action.ms)
        } else {
          const message = received(action.pick)
          if (message === undefined) continue
          const ReceiptHandle = message.handles[action.pick % message.handles.length]
          if (action.do === 'delete') {
            await queue.delete({ ReceiptHandle })
            // One of an earlier delivery deletes nothing.
            if (ReceiptHandle === message.handles.at(-1)) model.delete(message.body)
          } else {
            await queue.hide({ ReceiptHandle }, action.seconds)
            message.visibleMs = clock.now() + action.seconds * 1000
          }
        }
      }
      const visible = [...model.values()].filter(({ visibleMs }) => visibleMs <= clock.now()).length
      const [found, inFlight, delayed] = await queue.counts()
      assert.deepEqual([found, inFlight + delayed], [visible, model.size - visible])
      clock.advance(4000)
      for (let left = model.size; left > 0;) {
        const messages = await queue.receive({ MaxNumberOfMessages: 10 })
        assert.ok(messages.length > 0, 'nothing is lost')
        for (const message of messages) await queue.delete(message)
        left -= messages.length
      }
      assert.deepEqual(await queue.counts(), [0, 0, 0])
    }),
    { numRuns: 40 },
  )
})
