import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderJunit, type JunitInput } from '../../src/report/junit.ts'
import { aShard, aTrafficDocument, someMeasures, someThresholds } from './a-traffic-document.ts'
import { makeResults } from './documents.ts'
import { hostileText } from './hostile-text.ts'
import { readXml, type XmlNode } from './read-xml.ts'

function suitesOf(input: JunitInput): Map<string, XmlNode> {
  const root = readXml(renderJunit(input))
  assert.equal(root.name, 'testsuites')
  return new Map(root.children.map((suite) => [suite.attributes.name.split('.').at(-1)!, suite]))
}

function casesOf(suite: XmlNode | undefined): [name: string, outcome: string, message: string][] {
  return (suite?.children ?? [])
    .filter(({ name }) => name === 'testcase')
    .map(({ attributes, children }) => {
      const [child] = children.filter(({ name }) => name !== 'system-out')
      return [attributes.name, child?.name ?? 'passed', child?.attributes.message ?? '']
    })
}

test('a traffic run has a suite each for verdict, thresholds, checks and jobs', () => {
  const results = makeResults({ scenario: 'shop', thresholds: someThresholds() })
  const suites = suitesOf({ results, traffic: aTrafficDocument() })
  assert.deepEqual(
    [...suites].map(([name, { attributes }]) => [name, attributes.tests, attributes.failures, attributes.skipped]),
    [
      ['verdict', '2', '0', '0'],
      ['thresholds', '5', '2', '0'],
      ['checks', '2', '0', '1'],
      ['jobs', '1', '0', '0'],
    ],
  )
  assert.deepEqual(casesOf(suites.get('thresholds'))[1], [
    'http_req_duration p(99)<50',
    'failure',
    'p(99)<50 does not hold: p(99)=75ms',
  ])
  assert.deepEqual(casesOf(suites.get('checks')), [
    ['status is 200', 'passed', ''],
    ['has an order number', 'skipped', 'did not hold 6 of 400 times'],
  ])
  assert.equal(suites.get('verdict')!.attributes.timestamp, '2026-01-31T13:02:05')
  assert.equal(suites.get('verdict')!.attributes.time, '20.400')
})

test('a run whose generator was saturated fails, with the measures as its text', () => {
  const exceeded = someMeasures().slice(0, 1)
  const traffic = aTrafficDocument({ verdict: { state: 'saturated', measures: exceeded, exceeded } })
  const [, figures] = casesOf(suitesOf({ results: makeResults({ verdict: 'saturated' }), traffic }).get('verdict'))
  assert.deepEqual(figures.slice(0, 2), ['the figures are valid', 'failure'])
  assert.match(figures[2], /^saturated: the generator was the bottleneck/)
})

test('any workload has its failed jobs, and shards that were lost', () => {
  const failures = [{ job_id: 'seq-0007-leg-2', attempts: 3, code: 'NOT_FOUND', message: 'no such model' }]
  const jobs = { total: 4, done: 1, failed: 1, blocked: 2, open: 0, by_kind: {} }
  const results = makeResults({ verdict: 'incomplete', verdict_reason: '1 job failed, 2 blocked', failures, jobs })
  const suites = suitesOf({ results })
  assert.deepEqual([...suites.keys()], ['verdict', 'jobs'])
  assert.deepEqual(casesOf(suites.get('verdict')), [
    ['the run is valid', 'failure', 'incomplete: 1 job failed, 2 blocked'],
  ])
  assert.deepEqual(casesOf(suites.get('jobs')), [
    ['seq-0007-leg-2', 'failure', 'NOT_FOUND after 3 attempts'],
    ['every job had its turn', 'failure', '2 blocked and 0 left of 4 jobs'],
  ])
  const lost = aShard({ state: 'lost', reason: 'no heartbeat' })
  const traffic = aTrafficDocument({ shards: [lost, aShard({ state: 'stopped' })] })
  assert.deepEqual(casesOf(suitesOf({ results: makeResults(), traffic }).get('jobs'))[0], [
    'shard-0 made its load',
    'failure',
    'lost on threads-1',
  ])
})

test('thousands of failed jobs are counted, not listed', () => {
  const failures = Array.from({ length: 2000 }, (_, i) => ({ job_id: `j${i}`, attempts: 1, code: 'X', message: 'x' }))
  const cases = casesOf(suitesOf({ results: makeResults({ failures }) }).get('jobs'))
  assert.equal(cases.length, 502)
  assert.deepEqual(cases[500], ['other jobs', 'failure', '1,500 more jobs failed'])
})

test('whatever a scenario calls things, the XML is well-formed and says the same', () => {
  fc.assert(
    fc.property(hostileText(), (name) => {
      const failures = [{ job_id: name, attempts: 1, code: name, message: name }]
      const thresholds = [{ metric: name, expression: name, ok: false, actual: null, note: name }]
      const results = makeResults({ scenario: name, verdict_reason: name, failures, thresholds, environment: name })
      const traffic = aTrafficDocument({
        checks: [{ name, passed: 1, failed: 0 }],
        verdict: { state: 'incomplete', reasons: [name], shards: [], measures: [] },
      })
      const root = readXml(renderJunit({ results, traffic }))
      const storable = name
        .toWellFormed()
        .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
      assert.equal(root.attributes.name, storable)
      assert.equal(root.children.length, 4)
      const [, , checks, jobs] = root.children
      assert.equal(checks.children.find((child) => child.name === 'testcase')!.attributes.name, storable)
      assert.equal(jobs.children.find((child) => child.name === 'testcase')!.children[0].text, storable)
    }),
    { numRuns: 100 },
  )
})
