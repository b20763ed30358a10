import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { mergeInto } from '../../../src/cli/report/merge-into.ts'
import { reportBundle } from '../../../src/cli/report/report-bundle.ts'
import { pullBundle, pushBundle } from '../../../src/cli/run/move-bundle.ts'
import type { StartedEnvironment } from '../../../src/environment/start-environment.ts'
import { startedEnvironment } from '../../environment/started.ts'
import { aTrafficBundle } from '../../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const JUDGED = { threshold: ['http_reqs=count>1'], thresholds: undefined }
const manifest = { generator_version: 999 } // nothing is planned again

/** To the bucket, and from there to another folder. */
async function moved(t: TestContext, environment: StartedEnvironment, folder: string, runId: string): Promise<string> {
  const there = join(await temporaryFolder(t), runId)
  const { absent } = await pushBundle({ runId, environment, folder, withDelays: false })
  assert.equal(absent, 0)
  await pullBundle({ runId, environment, folder: there, withDelays: false })
  return there
}

test('a traffic bundle that was pushed and pulled has its figures: it can be judged and merged', async (t) => {
  const environment = await startedEnvironment(t)
  const results = await temporaryFolder(t)
  const bundles: string[] = []
  for (const runId of ['one', 'two']) {
    const folder = await aTrafficBundle(results, { runId, manifest })
    await reportBundle({ folder, results, ...JUDGED })
    bundles.push(await moved(t, environment, folder, runId))
  }
  const output = join(results, 'both')
  const merged = await mergeInto({ ...JUDGED, results, bundles, output, sequential: false, force: false })
  assert.equal(merged.results.thresholds?.[0].actual, 22)

  const again = await moved(t, environment, output, 'both')
  assert.deepEqual(await readdir(join(again, 'delays')), await readdir(join(output, 'delays')))
  assert.deepEqual((await reportBundle({ folder: again, results, ...JUDGED })).results, merged.results)
})
