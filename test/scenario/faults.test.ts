import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { faultsOf, REPORT_INPUT } from '../../src/scenario/faults.ts'

/** The faults of a value, as `path: message` lines. */
function faultLines(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value, REPORT_INPUT)
  assert.ok(!parsed.success, 'the value was expected to be refused')
  return faultsOf(parsed.error, schema).map(({ path, message }) => `${path}: ${message}`)
}

test('a number out of its range is told with the whole range and its value', () => {
  const schema = z.object({ a: z.int().min(1).max(1_000_000), b: z.number().min(0.5), c: z.number().max(3) })
  assert.deepEqual(faultLines(schema, { a: 0, b: 0.25, c: 4 }), [
    'a: must be a whole number 1 … 1,000,000, got 0',
    'b: must be a number of at least 0.5, got 0.25',
    'c: must be a number of at most 3, got 4',
  ])
})

test('a value of the wrong kind is told with what it should be, and a missing one as missing', () => {
  const schema = z.object({ n: z.int().min(1).default(2), list: z.array(z.string()), flag: z.boolean() })
  assert.deepEqual(faultLines(schema, { n: 'ten', list: ['a', 5] }), [
    'n: must be a whole number 1 … 2^53 - 1, got "ten"',
    'list.1: must be text, got 5',
    'flag: is missing; must be true or false',
  ])
})

test('every unknown key is a fault of its own, with the nearest known one', () => {
  const schema = z.strictObject({
    inner: z.strictObject({ sequences: z.int().optional(), network: z.any().optional() }).optional(),
  })
  assert.deepEqual(faultLines(schema, { inner: { sequnces: 1, qqq: 2 } }), [
    'inner.sequnces: is unknown; did you mean sequences? known here: sequences, network',
    'inner.qqq: is unknown; known here: sequences, network',
  ])
})

test('a schema with words of its own keeps them, and the value is added', () => {
  const code = z.string().regex(/^[A-Z]{3}$/, { error: 'must be three capitals' })
  const known = z.string().refine((name) => name === 'LHR', { error: 'is no known airport' })
  const few = z.array(z.string()).refine((list) => list.length < 2, { error: 'names too many' })
  assert.deepEqual(faultLines(z.object({ code, known, few }), { code: 'lhr', known: 'XXX', few: ['a', 'b'] }), [
    'code: must be three capitals, got "lhr"',
    'known: "XXX" is no known airport',
    'few: names too many',
  ])
})

test('of a union, the form that was meant is told, and all forms where none was', () => {
  const schema = z.object({
    network: z.union([z.array(z.string()).min(2), z.strictObject({ countries: z.array(z.string()) })]),
  })
  assert.deepEqual(faultLines(schema, { network: { contries: ['DE'] } }), [
    'network.countries: is missing; must be a list',
    'network.contries: is unknown; did you mean countries? known here: countries',
  ])
  assert.deepEqual(faultLines(schema, { network: ['LHR'] }), [
    'network: must be a list of at least 2 entries, got a list of 1',
  ])
  assert.deepEqual(faultLines(schema, { network: 7 }), ['network: must be a list or an object, got 7'])
})

test('a word that is not one of the known ones gets them and the nearest', () => {
  const schema = z.object({ shape: z.enum(['chain', 'fan-in']) })
  assert.deepEqual(faultLines(schema, { shape: 'chian' }), [
    'shape: must be one of chain, fan-in (did you mean chain?), got "chian"',
  ])
})

test('a long value is cut', () => {
  const [line] = faultLines(z.object({ n: z.number() }), { n: 'x'.repeat(1000) })
  assert.ok(line.length < 120, line)
})

test('of forms that a word tells apart, the one that was chosen says what is known and what is allowed', () => {
  const schema = z.object({
    load: z.discriminatedUnion('executor', [
      z.strictObject({ executor: z.literal('rate'), rate: z.int().min(0).max(9), duration: z.int() }),
      z.strictObject({ executor: z.literal('search'), rate: z.int().min(1).max(9), maxSteps: z.int() }),
    ]),
  })
  assert.deepEqual(faultLines(schema, { load: { executor: 'search', rate: 0, maxSteps: 2, duraton: 5, maxStps: 3 } }), [
    'load.rate: must be a whole number 1 … 9, got 0',
    'load.duraton: is unknown; known here: executor, rate, maxSteps',
    'load.maxStps: is unknown; did you mean maxSteps? known here: executor, rate, maxSteps',
  ])
})
