import assert from 'node:assert/strict'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { prepareScenario } from '../../../src/cli/run/prepare.ts'
import { runContext } from '../../../src/cli/run/run-context.ts'
import type { RunOptions } from '../../../src/cli/run/run-options.ts'
import { runScenario } from '../../../src/cli/run/run-scenario.ts'
import { STAND_IN_LOG } from '../../../src/cli/run/stand-ins.ts'
import { takeUp } from '../../../src/cli/run/take-up.ts'
import { startedEnvironment, temporaryFolder } from '../../environment/started.ts'

test('a finished run that is called again is shown again: no stand-in is started for it, and none of another seed', async (t) => {
  const environment = await startedEnvironment(t)
  const folder = await temporaryFolder(t)
  const scenario = join(folder, 'shop.json')
  await writeFile(scenario, JSON.stringify({ name: 'shop', workload: 'http', http: { target: 'storefront' } }))
  const told: string[] = []
  const options: RunOptions = {
    ...{ env: 'embedded', endpoint: environment.endpoint!, data: join(folder, 'data'), results: folder },
    ...{ scenario, set: [], seed: 1, runId: 'over', workers: 1, slots: 1, hosts: 'threads', upload: 'none' },
    ...{ withDelays: false, out: [], signal: new AbortController().signal, ask: undefined },
    tell: (text) => void told.push(text),
    show: () => assert.fail('nothing is to be run'),
  }
  const prepared = await prepareScenario(scenario, options)
  const opened = { environment, dataFolder: undefined, isKept: true, findFiles: undefined }
  const context = runContext(
    { ...opened, failure: new Promise(() => undefined), explain: rethrow, async close() {} },
    ...([prepared, 'over', options] as const),
  )
  const item = { ...{ runId: 'over', scenario: 'shop', workload: 'http', seed: 1, jobs: prepared.graph.size } }
  const run = await context.items.open({ ...item, scenarioDigest: prepared.digest, startedAtMs: 1_800_000_000_000 })
  await takeUp(context, run)
  await context.items.update('over', { state: 'finished', exitCode: 0, finishedAtMs: 1_800_000_005_000 })

  const { finishedBefore, results } = await runScenario(options)
  assert.deepEqual([finishedBefore, results.run_id, results.finished_at], [true, 'over', '2027-01-15T08:00:05.000Z'])
  await assert.rejects(runScenario({ ...options, seed: 2 }), /belongs to scenario shop .*, seed 1, not .* seed 2/)
  assert.deepEqual(told, [])
  await assert.rejects(access(join(folder, 'over', STAND_IN_LOG)), /ENOENT/)
})

async function rethrow(error: unknown): Promise<never> {
  throw error
}
