import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFrontier } from '../../src/jobs/frontier.ts'
import { buildGraph } from '../../src/jobs/graph.ts'
import { acyclicJobs, jobsOf } from './plans.ts'

function frontierOf(needs: Record<string, readonly string[]>) {
  return createFrontier(buildGraph(jobsOf(needs)))
}

test('roots are ready at once, and a job as soon as the last of its needs is done', () => {
  const frontier = frontierOf({ a: [], b: [], c: ['a', 'b'] })
  assert.deepEqual(frontier.takeReady(10), [0, 1])
  frontier.done(1)
  assert.deepEqual(frontier.takeReady(10), [])
  frontier.done(0)
  assert.deepEqual(frontier.takeReady(10), [2])
})

test('the job with the longest way before it goes first', () => {
  const frontier = frontierOf({ short: [], long: [], middle: ['long'], end: ['middle'] })
  assert.deepEqual(frontier.takeReady(1), [1])
})

test('jobs of a gang are ready like others, and are not taken one by one', () => {
  const gang = { name: 'load', size: 2 }
  const jobs = [...jobsOf({ a: [] }), ...jobsOf({ s0: ['a'], s1: ['a'] }).map((job) => ({ ...job, gang }))]
  const frontier = createFrontier(buildGraph([...jobs, ...jobsOf({ merge: ['s0', 's1'] })]))
  assert.deepEqual(frontier.takeReady(10), [0])
  frontier.done(0)
  assert.deepEqual([frontier.stateOf(1), frontier.stateOf(2)], ['ready', 'ready'])
  assert.deepEqual(frontier.takeReady(10), [])
  frontier.queued(1)
  frontier.queued(2)
  frontier.done(1)
  frontier.done(2)
  assert.deepEqual(frontier.takeReady(10), [3])
})

test('a completion that comes twice changes nothing', () => {
  const frontier = frontierOf({ a: [], b: ['a'], c: ['a', 'b'] })
  frontier.takeReady(1)
  assert.equal(frontier.done(0), true)
  assert.equal(frontier.done(0), false)
  assert.deepEqual(frontier.takeReady(10), [1])
})

test('a failure blocks all that wait for it, and nothing else, and the run ends', () => {
  const frontier = frontierOf({ a: [], b: ['a'], c: ['b'], other: [] })
  frontier.takeReady(10)
  assert.deepEqual(frontier.failed(0), [1, 2])
  assert.equal(frontier.finished, false)
  frontier.done(3)
  assert.equal(frontier.finished, true)
})

test('done beats failed: a late result unblocks what waited', () => {
  const frontier = frontierOf({ a: [], b: ['a'], c: ['b'] })
  frontier.takeReady(1)
  frontier.failed(0)
  assert.equal(frontier.finished, true)
  frontier.done(0)
  assert.deepEqual(frontier.takeReady(10), [1])
  assert.equal(frontier.stateOf(2), 'pending')
  assert.deepEqual(frontier.failed(0), [])
})

test('a job blocked by two failures stays blocked until both are taken back', () => {
  const frontier = frontierOf({ a: [], b: [], c: ['a', 'b'] })
  frontier.takeReady(2)
  frontier.failed(0)
  frontier.failed(1)
  frontier.done(0)
  assert.equal(frontier.stateOf(2), 'blocked')
  frontier.done(1)
  assert.deepEqual(frontier.takeReady(1), [2])
})

test('a returned job is taken again once, however it was returned', () => {
  const frontier = frontierOf({ a: [] })
  frontier.takeReady(1)
  frontier.returned(0)
  frontier.returned(0)
  assert.deepEqual(frontier.takeReady(10), [0])
})

test('whatever the order of facts, repeated or not, every job is released exactly once and only after its needs', () => {
  const facts = fc.array(fc.nat(), { minLength: 30, maxLength: 120 })
  fc.assert(
    fc.property(facts, fc.array(fc.nat(), { minLength: 1, maxLength: 400 }), (links, choices) => {
      const graph = buildGraph(acyclicJobs(Math.floor(links.length / 3), links))
      const frontier = createFrontier(graph)
      const released = new Set<number>()
      const open: number[] = []
      for (let step = 0; !frontier.finished; step++) {
        for (const index of frontier.takeReady((choices[step % choices.length] % 3) + 1)) {
          assert.ok(!released.has(index), 'released twice')
          for (const need of graph.needsOf(index)) assert.equal(frontier.stateOf(need), 'done')
          released.add(index)
          open.push(index)
        }
        const pick = choices[(step * 7) % choices.length] % open.length
        const index = open[pick]
        frontier.done(index)
        if (step % 3 === 0) frontier.done(index)
        else open.splice(pick, 1)
        if (frontier.stateOf(index) === 'done' && step % 3 === 0) open.splice(open.indexOf(index), 1)
      }
      assert.equal(released.size, graph.size)
    }),
  )
})

test('after any mix of failures and late results the counts add up to the jobs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 30, maxLength: 90 }),
      fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 80 }),
      (links, facts) => {
        const graph = buildGraph(acyclicJobs(Math.floor(links.length / 3), links))
        const frontier = createFrontier(graph)
        for (const [pick, fails] of facts) {
          frontier.takeReady(2)
          if (fails) frontier.failed(pick % graph.size)
          else frontier.done(pick % graph.size)
        }
        const states = (['pending', 'ready', 'queued', 'done', 'failed', 'blocked'] as const).map((state) =>
          frontier.count(state),
        )
        assert.equal(
          states.reduce((sum, count) => sum + count),
          graph.size,
        )
        for (let index = 0; index < graph.size; index++) {
          if (frontier.stateOf(index) !== 'blocked') continue
          const blamed = [...graph.needsOf(index)].map((need) => frontier.stateOf(need))
          assert.ok(blamed.includes('failed') || blamed.includes('blocked'), 'blocked for no reason')
        }
      },
    ),
  )
})
