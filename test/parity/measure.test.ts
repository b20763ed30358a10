import assert from 'node:assert/strict'
import test from 'node:test'
import { measureAll } from '../../src/parity/measure-all.ts'
import { measure } from '../../src/parity/measure.ts'
import { behaviourOf, placeOf } from './place.ts'

const passes = async (): Promise<void> => undefined

test('what a test asserts and finds is as AWS, what it does not find differs, in words', async () => {
  assert.deepEqual(await measure(behaviourOf(passes), placeOf('embedded')), { state: 'as AWS' })
  const differing = behaviourOf(async () => assert.deepEqual({ code: 'A' }, { code: 'B' }))
  const outcome = await measure(differing, placeOf('embedded'))
  assert.ok(outcome.state === 'differs')
  assert.equal(outcome.why, "expected { code: 'B' }, got { code: 'A' }")
})

test('what an environment does not offer is said with its capability’s reason, and not tried', async () => {
  const behaviour = behaviourOf(() => assert.fail('tried'), { needs: 'streams' })
  const outcome = await measure(behaviour, placeOf('embedded'))
  assert.deepEqual(outcome, { state: 'not offered', why: 'the embedded DynamoDB has no streams' })
  const tried = await measure(behaviour, placeOf('localstack'))
  assert.equal(tried.state, 'differs')
})

test('a behaviour without a test is not offered where its service is not, else not measured', async () => {
  const { test: _, ...later } = behaviourOf(passes)
  const mapping = { ...later, service: 'lambda-esm-sqs' }
  assert.equal((await measure(mapping, placeOf('embedded'))).state, 'not offered')
  assert.equal((await measure(mapping, placeOf('localstack'))).state, 'not measured')
})

test('an emulator that says that it lacks an operation is believed, the embedded AWS has to declare it', async () => {
  const behaviour = behaviourOf(async () => {
    throw Object.assign(new Error('no'), { name: 'UnknownOperationException' })
  })
  assert.equal((await measure(behaviour, placeOf('localstack'))).state, 'not offered')
  assert.equal((await measure(behaviour, placeOf('embedded'))).state, 'differs')
})

test('more than five seconds are not waited for where time cannot be moved', async () => {
  const behaviour = behaviourOf((aws) => aws.advance(6), { movesTime: true })
  assert.deepEqual(await measure(behaviour, placeOf('localstack')), {
    state: 'not measured',
    why: '6 s would have to pass, and time cannot be moved',
  })
})

test('where time can be moved it is, and now says so', async () => {
  let nowMs = 0
  const time = { now: () => nowMs, advance: async (seconds: number) => void (nowMs += seconds * 1000) }
  const behaviour = behaviourOf(
    async (aws) => {
      await aws.advance(3600)
      assert.equal(aws.now(), 3_600_000)
    },
    { movesTime: true },
  )
  assert.deepEqual(await measure(behaviour, placeOf('embedded', { time })), { state: 'as AWS' })
})

test('a behaviour that moves time without saying so differs', async () => {
  const outcome = await measure(
    behaviourOf((aws) => aws.advance(1)),
    placeOf('embedded'),
  )
  assert.ok(outcome.state === 'differs')
  assert.match(outcome.why, /own-test moves time and does not say so/)
})

test('names are unique and fit a bucket; what was made is removed, the last first, also after a failure', async () => {
  const removed: string[] = []
  const warnings: string[] = []
  const behaviour = behaviourOf(async (aws) => {
    const names = [aws.name(), aws.name()]
    assert.notEqual(names[0], names[1])
    for (const name of names) {
      assert.match(name, /^[a-z0-9-]{3,63}$/)
      aws.cleanUp(async () => removed.push(name))
    }
    aws.cleanUp(() => Promise.reject(new Error('stuck')))
    throw new Error('failed')
  })
  const outcome = await measure(behaviour, placeOf('embedded', { warn: (text) => warnings.push(text) }))
  assert.ok(outcome.state === 'differs' && outcome.why === 'Error: failed')
  assert.deepEqual(removed, ['parity-test-own-test-2', 'parity-test-own-test-1'])
  assert.deepEqual(warnings, ['own-test left something behind: stuck'])
})

test('behaviours that move time run last and alone; the answer keeps the order asked', async () => {
  const running = new Set<string>()
  const seen: string[] = []
  const step = (id: string, movesTime?: true) =>
    behaviourOf(
      async () => {
        running.add(id)
        seen.push([...running].join('+'))
        await new Promise(setImmediate)
        running.delete(id)
      },
      { id, movesTime },
    )
  const time = { now: () => 0, advance: async () => undefined }
  const behaviours = [step('t1', true), step('a'), step('t2', true), step('b')]
  const found = await measureAll(behaviours, placeOf('embedded', { time }), { concurrency: 2, onMeasured: () => {} })
  assert.deepEqual(seen, ['a', 'a+b', 't1', 't2'])
  assert.deepEqual(
    found.map(({ behaviour }) => behaviour.id),
    ['t1', 'a', 't2', 'b'],
  )
})

test('a stop ends the measuring after what is under way', async () => {
  const stopping = new AbortController()
  const behaviours = ['a', 'b'].map((id) => behaviourOf(async () => stopping.abort(), { id }))
  const options = { concurrency: 1, stop: stopping.signal, onMeasured: () => {} }
  const found = await measureAll(behaviours, placeOf('embedded'), options)
  assert.deepEqual(
    found.map(({ behaviour }) => behaviour.id),
    ['a'],
  )
})

test('an environment that is gone is an error, and no difference', async () => {
  const refusedConnection = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const tried: string[] = []
  const behaviours = ['a', 'b', 'c'].map((id) =>
    behaviourOf(
      async () => {
        tried.push(id)
        if (id === 'b') throw refusedConnection
      },
      { id },
    ),
  )
  await assert.rejects(measureAll(behaviours, placeOf('localstack'), { concurrency: 1, onMeasured: () => {} }), {
    name: 'EnvironmentError',
    message: /^localstack \(http:\/\/127\.0\.0\.1:4566\) stopped answering while b was measured/,
  })
  assert.deepEqual(tried, ['a', 'b'])
})
