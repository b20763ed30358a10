import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { STAND_IN_LOG, startStandIns } from '../../../src/cli/run/stand-ins.ts'
import type { StartedEnvironment } from '../../../src/environment/start-environment.ts'
import { EnvironmentError } from '../../../src/errors.ts'
import type { Demands } from '../../../src/workloads/workload.ts'
import { startedEnvironment } from '../../environment/started.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const VARIABLE = 'HONESTY_STEADY_URL_LOCAL'
const STEADY = { targets: ['honesty-steady'] } satisfies Demands

async function start(t: TestContext, environment: StartedEnvironment, demands: Demands, seed = 7) {
  const folder = await temporaryFolder(t)
  t.after(() => Reflect.deleteProperty(process.env, VARIABLE))
  const standIns = await startStandIns(environment, demands, { seed, folder })
  t.after(() => standIns.stop())
  return { ...standIns, folder }
}

async function isThere(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  )
}

test('a target that nobody knows is started, told to whoever asks for it, and gone at the end', async (t) => {
  const environment = await startedEnvironment(t)
  const standIns = { 'honesty-steady': { service_ms: 1 } }
  const { started, stop } = await start(t, environment, { ...STEADY, standIns })
  const [{ name, url }] = started
  assert.equal(name, 'honesty-steady')
  assert.equal(await environment.target('honesty-steady'), url)
  assert.equal(process.env[VARIABLE], url)
  const state: unknown = await (await fetch(`${url}/_target/state`)).json()
  assert.partialDeepStrictEqual(state, { target: 'honesty-steady', seed: 7 })
  await stop()
  assert.equal(await isThere(url), false)
  assert.equal(process.env[VARIABLE], undefined)
})

test('a target that is known is not replaced', async (t) => {
  process.env[VARIABLE] = 'http://127.0.0.1:9'
  const { started, stop } = await start(t, await startedEnvironment(t), STEADY)
  assert.deepEqual(started, [])
  await stop()
  assert.equal(process.env[VARIABLE], 'http://127.0.0.1:9')
})

test('what is no stand-in’s name is left alone: a URL, or a target of somebody’s own', async (t) => {
  const { started } = await start(t, await startedEnvironment(t), { targets: ['http://127.0.0.1:9/x', 'my-shop'] })
  assert.deepEqual(started, [])
  assert.deepEqual((await start(t, await startedEnvironment(t), {})).started, [])
})

test('on AWS a target is never made up', async (t) => {
  const environment = await startedEnvironment(t)
  const { started } = await start(t, { ...environment, kind: 'aws' }, STEADY)
  assert.deepEqual(started, [])
  assert.equal(process.env[VARIABLE], undefined)
})

test('a stand-in that cannot start ends the others and says why, and where its log is', async (t) => {
  const environment = await startedEnvironment(t)
  const folder = await temporaryFolder(t)
  const demands = { targets: ['honesty-steady', 'honesty-freeze'], standIns: { 'honesty-freeze': { nonsense: 1 } } }
  await assert.rejects(startStandIns(environment, demands, { seed: 1, folder }), (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.match(error.message, /^The stand-in for honesty-freeze cannot start: /)
    assert.ok(error.message.includes(join(folder, STAND_IN_LOG)))
    return true
  })
  assert.equal(process.env[VARIABLE], undefined)
  const [, url] = /"url":"([^"]+)"/.exec(await readFile(join(folder, STAND_IN_LOG), 'utf8'))!
  assert.equal(await isThere(url), false)
})
