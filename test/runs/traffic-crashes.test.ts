import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { gangTable } from '../../src/jobs/gang-table.ts'
import { stream } from '../../src/scenario/stream.ts'
import { endWork, hostedIn, startWork } from './hosted.ts'
import { assertWhole, codeOf, countedLoad, countingTarget, readTraffic, scenarioFile, upTo } from './traffic.ts'
import { parse, turnaroundIn, until, type Cli, type Running } from './turnaround.ts'

// Any moment must do; the seed of a failing test is printed and can be given again.
const seed = Number(process.env.TURNAROUND_TEST_SEED ?? Date.now())
const RATE = 40

/** A run, and the target that counts what it sends; on servers and hosts of its own where none are given. */
async function sceneIn(
  t: TestContext,
  seconds: number,
  { shards = 2, runId = 'load', world, ...given }: SceneOptions = {},
) {
  const target = await countingTarget(t)
  const cli = world ?? (await turnaroundIn(t))
  const http = { ...countedLoad(target.url, '/', { rate: RATE, duration: `${seconds}s` }), shards }
  const scenario = await scenarioFile(cli.folder, runId, { workload: 'http', http, ...given })
  const startLoad = (...args: string[]) => cli.startRun(scenario, '--json', '--run-id', runId, ...args)
  const shipped = (run: Running) => shippedBy(run, shards, cli.attach)
  const traffic = () => readTraffic(cli.results, runId)
  return { ...cli, target, startLoad, shipped, traffic, requests: RATE * seconds }
}

interface SceneOptions {
  readonly shards?: number
  readonly runId?: string
  readonly world?: Cli
  readonly faults?: object
}

/** Resolves once each shard has shipped windows while the run goes on. */
async function shippedBy(running: Running, shards: number, attach: () => Promise<StartedEnvironment>): Promise<void> {
  await running.said('run load')
  const { clients, names } = await attach()
  const gangs = gangTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  await until(
    async () => {
      assert.equal(running.child.exitCode, null, 'the run ended before its shards had shipped anything')
      const rows = await gangs.read('load', 'load')
      return [...rows.shards.values()].filter(({ batches }) => batches > 0).length === shards
    },
    60_000,
    100,
  )
}

/** Goes on with a run that was killed: it ends well, and its load was made once and is whole. */
async function finishedOnce({ startLoad, target, traffic, requests }: Awaited<ReturnType<typeof sceneIn>>) {
  const ended = await startLoad().ended
  const document = await traffic()
  assert.equal(ended.code, codeOf(document, 0), ended.stderr)
  assert.deepEqual(target.iterations('/'), upTo(requests))
  assertWhole(document, requests)
  return { ended, document }
}

/** Resolves when it is gone, and what it had sent has been counted. */
async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid))
  await delay(300)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('traffic runs that are killed', { concurrency: 4 }, async (all) => {
  await Promise.all([
    all.test('kill -9 of the threads host: incomplete, 91, and no load is repeated', async (t) => {
      const { startLoad, shipped, hostPids, target, traffic, requests } = await sceneIn(t, 8)
      const run = startLoad()
      await shipped(run)
      await kill((await hostPids('load'))[0])
      const sent = target.iterations('/').length
      const ended = await run.ended
      assert.equal(ended.code, 91, ended.stderr)
      assert.equal(parse(ended).verdict, 'incomplete')
      assert.equal(target.iterations('/').length, sent, 'load was made after the kill')
      assert.ok(sent < requests)
      const { verdict, shards, starts, steps } = await traffic()
      assert.equal(verdict.state, 'incomplete')
      assert.deepEqual(
        shards.map(({ state }) => state),
        ['lost', 'lost'],
      )
      assert.match(shards[0].reason!, /has said nothing for 1\d s: it was killed, or is cut off/)
      assert.ok(starts.started > 0 && starts.started <= sent, `${starts.started} of ${sent}`)
      assert.ok(steps.get.count > 0)
    }),

    all.test('kill -9 of one of two hosts: the other one’s data is whole, and the run incomplete', async (t) => {
      const { startLoad, shipped, target, traffic, requests, ...cli } = await sceneIn(t, 6)
      const hosts = [await startWork(cli, { workers: 1, slots: 1 })]
      hosts.push(await startWork(cli, { workers: 1, slots: 1 }))
      const run = startLoad('--hosts', 'none')
      await shipped(run)
      // The first one has the embedded server for a child.
      await kill(hosts[1].child.pid!)
      const ended = await run.ended
      assert.equal(ended.code, 91, ended.stderr)
      const { verdict, shards, ledger, steps } = await traffic()
      assert.equal(verdict.state, 'incomplete')
      const whole = shards.findIndex(({ state }) => state === 'finished')
      assert.equal(shards[1 - whole].state, 'lost')
      assert.match(shards[1 - whole].host, new RegExp(`/${hosts[1].child.pid}`))
      assert.equal(ledger[whole].complete, true)
      assert.equal(ledger[1 - whole].complete, false)
      assert.ok(ledger[1 - whole].received > 0)
      const iterations = target.iterations('/')
      const own = (shard: number) => iterations.filter((iteration) => iteration % 2 === shard)
      assert.deepEqual(
        own(whole),
        upTo(requests).filter((iteration) => iteration % 2 === whole),
      )
      assert.ok(own(1 - whole).length < requests / 2)
      assert.ok(steps.get.count > requests / 2 && steps.get.count <= iterations.length)
      await endWork(hosts[0])
    }),

    all.test('kill -9 of schedulers, beside a host that outlives them', { concurrency: 2 }, async (both) => {
      const world = await hostedIn(both, { slots: 16 })
      await Promise.all([
        both.test('while the load goes on: the next one finishes the run', async (t) => {
          const scene = await sceneIn(t, 10, { world, runId: 'loaded' })
          const { startLoad, target, requests } = scene
          const killed = startLoad()
          await target.reached(killed, '/', RATE)
          await kill(killed.child.pid!)
          const { ended, document } = await finishedOnce(scene)
          assert.equal(document.steps.get.count, requests)
          assert.equal(parse(ended).resumed, 1)
        }),

        both.test('at any moment: the load is made once', async (t) => {
          const scene = await sceneIn(t, 2, { world, runId: 'any-moment' })
          const afterMs = stream(seed, t.name).float64() * 5_000
          t.diagnostic(`TURNAROUND_TEST_SEED=${seed}: killed after ${afterMs} ms`)
          const killed = scene.startLoad()
          await killed.said('run any-moment')
          await delay(afterMs)
          await kill(killed.child.pid!)
          await finishedOnce(scene)
        }),
      ])

      await both.test('more shards than there are slots never begin, and the run says what helps: 91', async (t) => {
        const { startLoad, target, traffic } = await sceneIn(t, 2, { world, runId: 'too-many', shards: 20 })
        const ended = await startLoad('--slots-timeout', '3s').ended
        assert.equal(ended.code, 91, ended.stderr)
        assert.match(
          parse(ended).verdict_reason,
          /20 shards need 20 free slots, 1 host offers 16 after 3 s: start more hosts with turnaround work/,
        )
        assert.deepEqual(target.arrivals('/'), [])
        assert.equal((await traffic()).started_at, null)
      })
      await world.end()
    }),

    all.test('kill -9 of the embedded server: it is started again, and nothing is missing', async (t) => {
      const { startLoad, target, traffic, requests, serverFile } = await sceneIn(t, 6)
      const run = startLoad()
      await target.reached(run, '/', 2 * RATE)
      await kill((await serverFile()).pid)
      const ended = await run.ended
      const document = await traffic()
      assert.equal(ended.code, codeOf(document, 0), ended.stderr)
      assert.deepEqual(target.iterations('/'), upTo(requests))
      assertWhole(document, requests)
    }),

    all.test('messages that come twice from a server as unkind as AWS may be make no load twice', async (t) => {
      const faults = { faults: [{ fault: 'duplicate', service: 'sqs', operation: 'SendMessageBatch', share: 1 }] }
      const { startLoad, target, traffic, requests, results } = await sceneIn(t, 2, { shards: 3, faults })
      const ended = await startLoad('--aws-like', '7').ended
      const document = await traffic()
      assert.equal(ended.code, codeOf(document, 0), ended.stderr)
      assert.deepEqual(target.iterations('/'), upTo(requests))
      assertWhole(document, requests)
      const log = await readFile(join(results, 'load', 'host.log'), 'utf8')
      assert.match(log, /a delivery is dropped/, 'nothing came twice: the faults were not switched on')
    }),

    all.test('two signals end a run at once, and its load with it', async (t) => {
      const { startLoad, target, results } = await sceneIn(t, 30)
      const run = startLoad()
      await target.reached(run, '/', RATE)
      run.child.kill('SIGINT')
      await run.said('SIGINT: stopping')
      run.child.kill('SIGINT')
      const { code, stdout } = await run.ended
      assert.equal(code, 105)
      assert.equal(stdout, '')
      await assert.rejects(readTraffic(results, 'load'), /ENOENT/)
      await delay(2_000)
      const sent = target.arrivals('/').length
      await delay(1_500)
      assert.equal(target.arrivals('/').length, sent, 'the load goes on without its run')
    }),

    all.test('Ctrl-C in a terminal reaches every process of a run, and only the run acts on it: 105', async (t) => {
      const { startLoad, target, traffic, hostPids, serverFile } = await sceneIn(t, 30)
      const run = startLoad()
      await target.reached(run, '/', 2 * RATE)
      const { pid: server } = await serverFile()
      for (const pid of [...(await hostPids('load')), server, run.child.pid!]) process.kill(pid, 'SIGINT')
      const ended = await run.ended
      assert.equal(ended.code, 105, ended.stderr)
      const { verdict, starts } = await traffic()
      assert.equal(verdict.state, 'aborted')
      assert.equal(target.iterations('/').length, starts.started)
    }),
  ])
})
