import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ThresholdResult } from '../../src/results/documents.ts'
import { overspendRequests } from '../../src/thresholds/limit-watch.ts'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import {
  assertWhole,
  codeOf,
  countedLoad,
  countingTarget,
  readTraffic,
  scenarioFile,
  trafficStage,
  upTo,
} from './traffic.ts'
import { parse } from './turnaround.ts'

const RATE = 50
/** More than any of these runs lasts, unless it is not stopped. */
const long = { rate: RATE, duration: '40s' }
const short = { rate: RATE, duration: '1s' }
const LONG_REQUESTS = RATE * 40

async function sceneIn(t: TestContext) {
  const target = await countingTarget(t)
  const failing = await countingTarget(t, 500)
  const stage = await trafficStage(t)
  const http = (path: string, load: object) => countedLoad(target.url, path, load)

  /** A run that stays by itself until it is stopped. */
  async function startLong(name: string) {
    const scenario = await scenarioFile(stage.folder, name, { workload: 'http', http: http(`/${name}`, long) })
    const run = stage.startRun(scenario, '--run-id', name, '--json')
    await run.said(`run ${name}`)
    return run
  }

  return { ...stage, target, failing, http, startLong }
}

test('how traffic runs end', { concurrency: 4 }, async (all) => {
  const { runHttp, run, startLong, target, failing, http, folder, results, end } = await sceneIn(all)
  const cases: [string, (t: TestContext) => Promise<void>][] = [
    [
      'a threshold with abortOnFail stops the load: 99, and the threshold says so',
      async () => {
        const thresholds = {
          http_req_failed: [{ threshold: 'rate<0.5', abortOnFail: true }],
          http_reqs: ['count>0'],
        }
        const load = countedLoad(failing.url, '/abort', long)
        const { traffic, results: document, code, stderr } = await runHttp('abort', load, { thresholds })
        assert.equal(code, codeOf(traffic, 99), stderr)
        assert.equal(document.verdict, 'aborted')
        assert.match(document.verdict_reason, /^rate<0\.5 of http_req_failed failed after \d+ s: 1/)
        const [failed, other] = document.thresholds!
        assert.deepEqual([failed.ok, failed.actual, other.ok], [false, 1, true])
        assert.match(failed.note!, /^stopped the run: /)
        assertStopped(traffic.starts.started, failing.iterations('/abort'))
        assert.equal(traffic.steps.get.outcomes.http_5xx, traffic.starts.started)
      },
    ],
    [
      'maxRequests stops it with 96, overspent by no more than it says',
      async (t) => {
        const limit = 60
        const given = { limits: { maxRequests: limit } }
        const { traffic, results: document, code, stderr } = await runHttp('requests', http('/requests', long), given)
        assert.equal(code, codeOf(traffic, 96), stderr)
        assert.equal(document.verdict, 'aborted')
        assert.match(document.verdict_reason, /^maxRequests 60 reached after [\d.]+ s: \d+ ended; .* more/)
        const { started } = traffic.starts
        assertStopped(started, target.iterations('/requests'))
        assert.ok(started >= limit)
        // A machine that has no time for the load has none to stop it either.
        if (code !== 96) t.diagnostic(`saturated: ${started - limit} more than ${limit}`)
        else assert.ok(started <= limit + overspendRequests(RATE), `${started} were sent`)
      },
    ],
    [
      'maxDuration stops it with 96',
      async () => {
        const given = { limits: { maxDuration: '6s' } }
        const { traffic, results: document, code, stderr } = await runHttp('duration', http('/duration', long), given)
        assert.equal(code, codeOf(traffic, 96), stderr)
        assert.equal(document.verdict, 'aborted')
        assert.match(document.verdict_reason, /^maxDuration 6 s reached/)
        assertStopped(traffic.starts.started, target.iterations('/duration'))
      },
    ],
    [
      'maxCostUsd stops it with 93',
      async () => {
        const given = { limits: { maxCostUsd: 0.00002 } }
        const { traffic, results: document, code, stderr } = await runHttp('cost', http('/cost', long), given)
        assert.equal(code, codeOf(traffic, 93), stderr)
        assert.equal(document.verdict, 'aborted')
        assert.match(document.verdict_reason, /^maxCostUsd 0\.00002 reached/)
        assertStopped(traffic.starts.started, target.iterations('/cost'))
      },
    ],
    [
      'a threshold that fails without abortOnFail, and one without data, let the run end first: 99',
      async () => {
        const thresholds = {
          'http_req_duration{step:get}': ['p(95)<0.001', 'p(95)<60000'],
          'http_req_duration{outcome:timeout}': ['p(95)<60000'],
        }
        const { traffic, results: document, code, stderr } = await runHttp('slow', http('/slow', short), { thresholds })
        assert.equal(code, codeOf(traffic, 99), stderr)
        assert.deepEqual(oks(document.thresholds), [false, true, false])
        const { actual, note } = document.thresholds![2]
        assert.equal(actual, null)
        assert.match(note!, /no data/)
        assert.deepEqual(target.iterations('/slow'), upTo(RATE))
        assertWhole(traffic, RATE)
      },
    ],
    [
      'one without data that is optional fails nothing: 0',
      async () => {
        const optional = { threshold: 'p(95)<60000', optional: true }
        const thresholds = {
          'http_req_duration{outcome:timeout}': [optional],
          makespan: ['value>1000'],
          jobs: ['count==2'],
        }
        const {
          traffic,
          results: document,
          code,
          stderr,
        } = await runHttp('maybe', http('/maybe', short), { thresholds })
        assert.equal(code, codeOf(traffic, 0), stderr)
        assert.deepEqual(oks(document.thresholds), [true, true, true])
      },
    ],
    [
      'SIGTERM stops the load, and what it came to is merged: 105',
      async () => {
        const running = await startLong('sigterm')
        await target.reached(running, '/sigterm', RATE)
        running.child.kill('SIGTERM')
        const ended = await running.ended
        const traffic = await readTraffic(results, 'sigterm')
        assert.equal(ended.code, 105, ended.stderr)
        assert.equal(parse(ended).verdict, 'aborted')
        assert.equal(parse(ended).verdict_reason.split(';')[0], 'stopped by a signal')
        assert.ok(traffic.ledger.every(({ complete }) => complete))
        assertStopped(traffic.starts.started, target.iterations('/sigterm'))
      },
    ],
    [
      'a signal before the load begins leaves none, and is no lack of data: 105',
      async () => {
        const running = await startLong('early')
        running.child.kill('SIGINT')
        const ended = await running.ended
        assert.equal(ended.code, 105, ended.stderr)
        assert.deepEqual([parse(ended).verdict, parse(ended).verdict_reason], ['aborted', 'stopped by a signal'])
        assert.deepEqual(target.arrivals('/early'), [])
      },
    ],
    [
      'thresholds on flights are about delays and the whole run, and change no result',
      async () => {
        const flights = { workload: 'flights', seed: 1, flights: { sequences: 10, replications: 2000 } }
        const thresholds = {
          'delay_in_minutes{sequence:3}': ['p(50)>-100000', 'p(99.9)<-100000'],
          makespan: ['value<600000'],
          job_end_to_end: ['p(95)<600000'],
          'jobs{state:done}': ['count==130'],
          cost_usd: ['value<1'],
        }
        const scenario = await scenarioFile(folder, 'flights', { ...flights, thresholds })
        const { results: document, code, stderr } = await run(scenario)
        assert.equal(code, 99, stderr)
        assert.equal(document.verdict, 'valid')
        assert.deepEqual(oks(document.thresholds), [true, false, true, true, true, true])
        assert.equal(document.digest, FLIGHTS_SMALL_DIGEST)
      },
    ],
  ]
  await Promise.all(cases.map(([name, behaves]) => all.test(name, behaves)))
  const sent = target.arrivals('/sigterm').length
  await delay(1_000)
  assert.equal(target.arrivals('/sigterm').length, sent)
  await end()
  await readFile(join(results, 'abort', 'report.html'))
})

/** The load ended before its schedule, and all that reached the target is in the figures. */
function assertStopped(started: number, iterations: readonly number[]): void {
  assert.ok(started < LONG_REQUESTS, 'the load went on to its end')
  assert.deepEqual(iterations, upTo(started))
}

function oks(thresholds: readonly ThresholdResult[] | undefined): boolean[] {
  return thresholds!.map(({ ok }) => ok)
}
