import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { startTarget } from '../../src/targets/index.ts'
import { assertWhole, codeOf, countedLoad, countingTarget, readTraffic, scenarioFile, trafficStage } from './traffic.ts'
import { turnaroundIn } from './turnaround.ts'

test('kinds of traffic', { concurrency: 3 }, async (all) => {
  const { run, runHttp, results, end } = await trafficStage(all)
  const sets = (given: object) => Object.entries(given).flatMap(([name, value]) => ['--set', `relay.${name}=${value}`])

  await Promise.all([
    all.test('pairs that talk over the relay that comes with Turnaround lose no message', async (t) => {
      const cli = await turnaroundIn(t) // with a host of its own: one elsewhere would not hear of the stand-in
      const timings = { 'timings.walletDelayMs': 100, 'timings.thinkingMs': 50, 'timings.syncBufferMs': 50 }
      const pairs = { connectionPairs: 3, rampUpSeconds: 1, durationSeconds: 4, messageIntervalSeconds: 1 }
      const small = sets({ ...pairs, ...timings })
      const ended = await cli.run('relay-steady-messaging', ...small, '--run-id', 'pairs')
      const traffic = await readTraffic(cli.results, 'pairs')
      const failed = ended.results.thresholds!.filter(({ ok, metric }) => !ok && !metric.startsWith('response_time'))
      assert.deepEqual(failed, [])
      assertWhole(traffic, traffic.starts.due)
      assert.equal(traffic.steps.handshake.ok, 3)
      const { messages_sent: sent, messages_received: received } = traffic.counters
      assert.ok(sent > 6, `${sent} were sent`)
      assert.equal(received, sent)
      assert.equal(traffic.levels.connections, 6)
    }),

    all.test('a storm of connections is one user each', async (t) => {
      const target = await startTarget('relay')
      t.after(() => target.stop())
      const small = sets({ target: target.url, connections: 60, rampUpSeconds: 1, shards: 2 })
      const ended = await run('relay-connection-storm', ...small, '--run-id', 'storm')
      const traffic = await readTraffic(results, 'storm')
      const slow = ended.results.thresholds!.some(({ ok }) => !ok)
      assert.equal(ended.code, codeOf(traffic, slow ? 99 : 0), ended.stderr)
      assertWhole(traffic, 60)
      assert.deepEqual([traffic.steps.connect.count, traffic.steps.connect.ok], [60, 60])
      assert.equal(traffic.shards.length, 2)
    }),

    all.test('step-to-failure finds what a target can do', async (t) => {
      const target = await startTarget('honesty-saturating', { settings: { rate_per_second: 20 } })
      t.after(() => target.stop())
      // 5, 8, 12, 18, 27, 41, 60: the truth lies between 18 and 27. So few starts are late on a busy machine only.
      const search = { executor: 'step-to-failure', startRate: 12, minRate: 5, maxRate: 60, stepDuration: '1s' }
      const load = { ...search, precision: 0.5, confidence: 0.7, reliability: 0.95, maxSteps: 8, gracefulStop: '5s' }
      const thresholds = { http_req_duration: ['p(90)<300'], http_req_failed: ['rate<0.01'] }
      const http = { target: target.url, load, request: { path: '/' } }
      const { traffic, stderr, results: document } = await runHttp('search', http, { thresholds })
      assert.ok(traffic.search, stderr)
      const { rate, failsAt, steps, tried, endedBy } = traffic.search
      t.diagnostic(tried.map((step) => `${step.rate} ${step.outcome}`).join(', '))
      assert.ok(steps <= 8)
      assert.equal(tried.length, steps)
      // Steps for which the machine had no time tell nothing, and all others the truth.
      for (const { rate: at, outcome } of tried) assert.ok([at <= 18 ? 'met' : 'failed', 'saturated'].includes(outcome))
      assert.ok(rate <= 18)
      assert.equal(document.verdict, endedBy === 'generator' ? 'saturated' : 'valid')
      if (endedBy === 'confident') assert.deepEqual([rate, failsAt], [18, 27])
    }),
  ])
  await end()
})

test('--dry-run says what a run would do, and does none of it', async (t) => {
  const target = await countingTarget(t)
  const { start, folder, data, results } = await turnaroundIn(t)
  const http = { ...countedLoad(target.url, '/', { rate: 30, duration: '10s' }), shards: 4 }
  const limits = { maxRequests: 100 }
  const scenario = await scenarioFile(folder, 'dry', { workload: 'http', http, limits })
  const before = await readdir(folder)
  const dry = ['run', scenario, '--dry-run', '--data', data, '--results', results]
  const { code, stdout, stderr } = await start(...dry).ended
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^dry, seed \d+, on embedded: nothing was run$/m)
  assert.match(stdout, /^ {2}jobs +4 traffic-shard, 1 traffic-merge$/m)
  assert.match(stdout, /^ {2}starts +300$/m)
  assert.match(stdout, /^ {2}shards +4: starts 75, 75, 75, 75$/m)
  assert.match(stdout, /^ {2}limits +maxRequests 100; up to 120 more starts before all have stopped$/m)
  assert.match(stdout, /^ {2}schedule +[0-9a-f]{64}$/m)
  assert.deepEqual(target.arrivals('/'), [])
  assert.deepEqual(await readdir(folder), before)
})
