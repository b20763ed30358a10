import assert from 'node:assert/strict'
import test from 'node:test'
import { parityServices } from '../../../src/parity/behaviour.ts'
import { allBehaviours, joinBehaviours } from '../../../src/parity/behaviours.ts'
import { recordedBehaviours } from '../../../src/parity/recorded-behaviours.ts'

const services = new Set<string>(parityServices)
const [first] = recordedBehaviours()
const testOf = (id: string) => ({ id, run: async () => undefined })

test('each of the 98 recorded behaviours of the four services has a test, under its own sentence', () => {
  const recorded = recordedBehaviours().filter(({ service }) => services.has(service))
  assert.equal(recorded.length, 98)
  const byId = new Map(allBehaviours().map((behaviour) => [behaviour.id, behaviour]))
  for (const { id, behaviour } of recorded) {
    assert.equal(byId.get(id)?.sentence, behaviour)
    assert.equal(byId.get(id)?.test?.id, id)
  }
})

test('the 22 behaviours of hosts that come later are listed without a test', () => {
  const later = allBehaviours().filter(({ service }) => !services.has(service))
  assert.equal(later.length, 22)
  assert.ok(later.every((behaviour) => behaviour.test === undefined))
})

test('our own behaviours say a sentence and where it is written', () => {
  const own = allBehaviours().filter(({ id }) => id.startsWith('own-'))
  assert.ok(own.length >= 60, `${own.length}`)
  for (const { id, sentence, source, evidence } of own) {
    assert.match(sentence, /^[A-Z].*\.$/, id)
    const isRecording = /^LocalStack tests\/aws\/\S+::\S+$/.test(source)
    assert.ok(isRecording || source.startsWith('https://docs.aws.amazon.com/'), `${id}: ${source}`)
    assert.equal(evidence, isRecording ? 'aws-snapshot' : 'aws-docs')
  }
})

test('a recorded behaviour without a test, an unknown id and an id used twice are refused', () => {
  assert.throws(() => joinBehaviours([first], { [first.service]: [] }), /sqs-001 \(sqs\) has no test/)
  assert.throws(() => joinBehaviours([], { sqs: [testOf('sqs-999')] }), /sqs-999 is of no recorded behaviour/)
  const twice = [testOf(first.id), testOf(first.id)]
  assert.throws(() => joinBehaviours([first], { sqs: twice }), /two tests are called sqs-001/)
})
