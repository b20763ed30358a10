import assert from 'node:assert/strict'
import test from 'node:test'
import type { Message } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { testFifo } from './queue.ts'

interface ModelMessage {
  readonly group: string
  readonly body: string
  readonly sentMs: number
  handle: string | undefined
  visibleMs: number
}

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), group: fc.constantFrom('g', 'h', 'i'), body: fc.nat({ max: 5 }) }),
  fc.record({
    do: fc.constant('receive' as const),
    max: fc.integer({ min: 1, max: 10 }),
    seconds: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ do: fc.constant('delete' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('hide' as const), pick: fc.nat(), seconds: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
)

test('whatever is done, a FIFO queue hands out the front of each group, in order, each message once at a time', async (t) => {
  const queue = await testFifo(t)
  const { clock } = queue
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      let model: ModelMessage[] = []
      const sent = new Map<string, number>()
      const front = (group: string): ModelMessage[] => {
        const own = model.filter((message) => message.group === group)
        const hidden = own.findIndex(({ visibleMs }) => visibleMs > clock.now())
        return hidden === -1 ? own : own.slice(0, hidden)
      }
      const groups = ['g', 'h', 'i']

      /** Checks what a receive brought, and that it is all it could bring. */
      function check(messages: Message[], max: number, seconds: number): void {
        const available = groups.map((group) => front(group).length).reduce((a, b) => a + b, 0)
        assert.equal(messages.length, Math.min(max, available))
        for (const group of groups) {
          const got = messages.filter(({ Body }) => Body!.startsWith(group))
          const expected = front(group).slice(0, got.length)
          assert.deepEqual(
            got.map(({ Body }) => Body),
            expected.map(({ body }) => body),
          )
          for (const [index, message] of expected.entries()) {
            message.handle = got[index].ReceiptHandle
            message.visibleMs = clock.now() + seconds * 1000
          }
        }
      }

      for (const action of steps) {
        if (action.do === 'send') {
          const body = `${action.group}-${action.body}`
          await queue.send(body, { MessageGroupId: action.group })
          const isDuplicate = clock.now() - (sent.get(body) ?? -Infinity) < 300_000
          if (isDuplicate) continue
          sent.set(body, clock.now())
          const times = { sentMs: clock.now(), visibleMs: clock.now() }
          model.push({ group: action.group, body, handle: undefined, ...times })
        } else if (action.do === 'receive') {
          const ask = { MaxNumberOfMessages: action.max, VisibilityTimeout: action.seconds }
          check(await queue.receive(ask), action.max, action.seconds)
        } else if (action.do === 'advance') {
          clock.advance(action.ms)
        } else {
          const received = model.filter(({ handle }) => handle !== undefined)
          const message = received[action.pick % received.length]
          if (message === undefined) continue
          const { handle: ReceiptHandle } = message
          const isHeld = message.visibleMs > clock.now()
          const run =
            action.do === 'delete' ? queue.delete({ ReceiptHandle }) : queue.hide({ ReceiptHandle }, action.seconds)
          if (!isHeld) {
            await assert.rejects(run, { name: 'InvalidParameterValue' })
            continue
          }
          await run
          if (action.do === 'delete') model = model.filter((other) => other !== message)
          else message.visibleMs = clock.now() + action.seconds * 1000
        }
      }
      const visible = model.filter(({ visibleMs }) => visibleMs <= clock.now()).length
      const [found, inFlight, delayed] = await queue.counts()
      assert.deepEqual([found, inFlight + delayed], [visible, model.length - visible])
      // Empty, and the ids forgotten, for the next run.
      clock.advance(400_000)
      for (let left = model.length; left > 0;) {
        const messages = await queue.receive({ MaxNumberOfMessages: 10 })
        check(messages, 10, 30)
        for (const message of messages) await queue.delete(message)
        model = model.filter(({ body }) => !messages.some(({ Body }) => Body === body))
        assert.ok(messages.length > 0, 'nothing is lost')
        left -= messages.length
      }
      assert.deepEqual(await queue.counts(), [0, 0, 0])
    }),
    { numRuns: 30 },
  )
})
