import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { z } from 'zod'
import { applySet, isDocumentPart, parseAssignment } from '../../src/scenario/set.ts'

const schema = z.strictObject({
  seed: z.int().default(1),
  flights: z.strictObject({
    sequences: z.int(),
    network: z.union([z.array(z.string()), z.strictObject({ types: z.array(z.string()) })]),
  }),
  labels: z.record(z.string(), z.json()),
})

test('a value is JSON where it parses, else text', () => {
  const values = ['10', '1e3', 'true', 'null', '["DUB"]', '"10"', 'chain', '', '007', 'a=b'].map(
    (text) => parseAssignment(`x=${text}`).value,
  )
  assert.deepEqual(values, [10, 1000, true, null, ['DUB'], '10', 'chain', '', '007', 'a=b'])
})

test('a change is made in a copy, along the path and nowhere else', () => {
  const document = { seed: 1, flights: { sequences: 2, network: ['DUB', 'LHR'] } }
  const before = structuredClone(document)
  const { document: changed, faults } = applySet(
    document,
    ['flights.network.1=CDG', 'flights.network.2=AMS', 'seed=9'],
    schema,
  )
  assert.deepEqual(faults, [])
  assert.deepEqual(changed, { seed: 9, flights: { sequences: 2, network: ['DUB', 'CDG', 'AMS'] } })
  assert.deepEqual(document, before)
})

test('parts that the document left out are made', () => {
  assert.deepEqual(applySet({}, ['flights.network.types=["large"]'], schema).document, {
    flights: { network: { types: ['large'] } },
  })
})

test('every bad override is a fault that names it, and the good ones still apply', () => {
  const texts = ['flights.sequnces=3', 'seed', 'a..b=1', 'flights.network.9=LHR', 'flights.sequences.deep=1', 'seed=4']
  const { document, faults } = applySet({ flights: { sequences: 2, network: ['DUB'] } }, texts, schema)
  assert.deepEqual(document, { seed: 4, flights: { sequences: 2, network: ['DUB'] } })
  assert.deepEqual(faults, [
    {
      path: '--set flights.sequnces=3',
      message: 'is unknown; did you mean flights.sequences? known here: flights.sequences, flights.network',
    },
    { path: '--set seed', message: 'has no =; write path=value, e.g. seed=7' },
    { path: '--set a..b=1', message: 'has an empty part in its path; write e.g. flights.sequences=10' },
    {
      path: '--set flights.network.9=LHR',
      message: 'flights.network is a list: its parts are 0 … 1 (1 adds one), not 9',
    },
    { path: '--set flights.sequences.deep=1', message: 'flights.sequences is 2, which has no parts' },
  ])
})

const key = fc
  .stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/)
  .filter((name) => name !== 'constructor' && name !== 'prototype')

test('what is set at a path of free names is found there again, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (path, value) => {
      const wanted = JSON.parse(JSON.stringify(value)) as unknown // -0 is not JSON's
      const text = `labels.${path.join('.')}=${JSON.stringify(value)}`
      const { document, faults } = applySet({}, [text], schema)
      assert.deepEqual(faults, [])
      const found = ['labels', ...path].reduce<unknown>((at, part) => isDocumentPart(at) && at[part], document)
      assert.deepEqual(found, wanted)
    }),
  )
})

test('no path reaches a prototype, wherever the name stands in it', () => {
  const evil = fc.constantFrom('__proto__', 'constructor', 'prototype')
  const around = fc.array(key, { maxLength: 2 })
  fc.assert(
    fc.property(around, evil, around, (before, name, after) => {
      const { document, faults } = applySet({}, [`${['labels', ...before, name, ...after].join('.')}=1`], schema)
      assert.deepEqual(document, {})
      assert.match(faults[0].message, new RegExp(`^${name} is no part of a scenario`))
      assert.deepEqual(Object.keys(Object.prototype), [])
    }),
  )
})

test('an object given as JSON cannot bring a prototype along either', () => {
  const { document } = applySet({}, ['labels={"__proto__":{"polluted":1}}'], schema)
  assert.equal(({} as { polluted?: number }).polluted, undefined)
  assert.equal(Object.getPrototypeOf(document['labels']), Object.prototype)
})

test('an unknown option of a form that the document has chosen is told what that form knows, and what is nearest in it', () => {
  const load = z.discriminatedUnion('executor', [
    z.strictObject({ executor: z.literal('vus'), vus: z.int() }),
    z.strictObject({ executor: z.literal('rate'), rate: z.int() }),
  ])
  const { faults } = applySet({ load: { executor: 'rate' } }, ['load.rat=5'], z.strictObject({ load }))
  assert.deepEqual(faults, [
    {
      path: '--set load.rat=5',
      message: 'is unknown; did you mean load.rate? known here: load.executor, load.rate',
    },
  ])
})
