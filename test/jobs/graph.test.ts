import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { InvalidInputError } from '../../src/errors.ts'
import { buildGraph } from '../../src/jobs/graph.ts'
import { acyclicJobs, jobsOf } from './plans.ts'

const diamond = jobsOf({ top: [], left: ['top'], right: ['top'], bottom: ['left', 'right'] })

test('a graph knows who needs whom, in both directions', () => {
  const graph = buildGraph(diamond)
  assert.deepEqual([...graph.needsOf(3)], [1, 2])
  assert.deepEqual([...graph.dependentsOf(0)], [1, 2])
  assert.equal(graph.indexOf('bottom'), 3)
  assert.equal(graph.indexOf('nobody'), undefined)
})

test('the height of a job is the longest way to the end of the run', () => {
  assert.deepEqual([...buildGraph(diamond).heights], [3, 2, 2, 1])
})

test('dangling needs, duplicates and bad ids are all reported at once', () => {
  const jobs = [...jobsOf({ a: ['ghost'], b: ['phantom'], 'c/d': [] }), ...jobsOf({ a: [] })]
  assert.throws(
    () => buildGraph(jobs),
    (error: InvalidInputError) => {
      assert.equal(error.exitCode, 104)
      assert.deepEqual(error.faults.map(({ path }) => path).sort(), ['a', 'a', 'b', 'c/d'])
      assert.match(error.message, /needs ghost, which is not planned/)
      return true
    },
  )
})

test('a cycle is named, and only the jobs that are in it', () => {
  const jobs = jobsOf({ start: [], a: ['start', 'c'], b: ['a'], c: ['b'], after: ['c'] })
  assert.throws(
    () => buildGraph(jobs),
    (error: InvalidInputError) => {
      const [fault] = error.faults
      assert.equal(new Set(fault.message.split(' needs ')).size, 3)
      assert.doesNotMatch(fault.message, /start|after/)
      return true
    },
  )
})

test('a job that needs itself is a cycle', () => {
  assert.throws(() => buildGraph(jobsOf({ a: ['a'] })), /a needs a/)
})

const shard = (jobId: string, name: string, size: number, needs: readonly string[] = []) => ({
  ...{ jobId, kind: 'shard', needs, details: {} },
  gang: { name, size },
})

test('a graph knows its gangs', () => {
  const jobs = [...jobsOf({ first: [] }), shard('a', 'one', 2), shard('b', 'two', 1, ['first']), shard('c', 'one', 2)]
  const graph = buildGraph(jobs)
  assert.deepEqual([...graph.gangs], Object.entries({ one: [1, 3], two: [2] }))
  assert.equal(buildGraph(diamond).gangs.size, 0)
})

test('a gang of another size than it says, with uneven needs, or without a proper name is refused, all at once', () => {
  const jobs = [
    ...jobsOf({ first: [], second: [] }),
    ...[shard('a', 'uneven', 2, ['first', 'second']), shard('b', 'uneven', 2, ['second'])],
    ...[shard('c', 'short', 3), shard('d', 'short', 3)],
    ...[shard('e', 'even', 2, ['first', 'second']), shard('f', 'even', 2, ['second', 'first', 'first'])],
    shard('g', 'no#name', 1),
  ]
  assert.throws(
    () => buildGraph(jobs),
    (error: InvalidInputError) => {
      assert.deepEqual(
        error.faults.map(({ path, message }) => `${path} ${message}`.replace(/ \(.*/, '')),
        [
          'b needs other jobs than a of the same gang, uneven',
          'c says that gang short has 3 jobs, and 2 are planned',
          'd says that gang short has 3 jobs, and 2 are planned',
          'g "no#name" is no name of a gang',
        ],
      )
      return true
    },
  )
})

test('a plan without jobs is refused', () => {
  assert.throws(() => buildGraph([]), /holds no job/)
})

test('dependents are the exact reverse of needs, and every height exceeds those of the dependents', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 30, maxLength: 150 }), (links) => {
      const graph = buildGraph(acyclicJobs(links.length / 3, links))
      for (let index = 0; index < graph.size; index++) {
        for (const need of graph.needsOf(index)) assert.ok(graph.dependentsOf(need).includes(index))
        for (const dependent of graph.dependentsOf(index)) {
          assert.ok(graph.needsOf(dependent).includes(index))
          assert.ok(graph.heights[index] > graph.heights[dependent])
        }
      }
    }),
  )
})

test('a chain of 200,000 jobs is compiled without recursion', () => {
  const jobs = Array.from({ length: 200_000 }, (_, index) => ({
    jobId: `job-${index}`,
    kind: 'link',
    needs: index === 0 ? [] : [`job-${index - 1}`],
    details: {},
  }))
  assert.equal(buildGraph(jobs).heights[0], 200_000)
})
