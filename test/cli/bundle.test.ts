import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { handler } from '../../src/cli/commands/bundle.ts'
import { systemClock } from '../../src/clock.ts'
import { RefusedError } from '../../src/errors.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { AUDIT_LOG } from '../../src/guard/audit.ts'
import { confirmations, confirmationsFolder } from '../../src/guard/confirmations.ts'
import type { Manifest } from '../../src/results/documents.ts'
import { credentials, provisionedStage, server } from '../environment/stage.ts'
import { recordsIn } from '../guard/admission.ts'
import { aTrafficBundle } from '../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../results/temporary-folder.ts'

/** The person's configuration is a folder of the test, where nothing is confirmed yet. */
async function ownConfiguration(t: TestContext): Promise<void> {
  const before = process.env.XDG_CONFIG_HOME
  process.env.XDG_CONFIG_HOME = await temporaryFolder(t)
  t.after(() => {
    if (before === undefined) delete process.env.XDG_CONFIG_HOME
    else process.env.XDG_CONFIG_HOME = before
  })
}

async function objectsIn({ clients: { s3 }, names }: StartedEnvironment): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: names.data }))
  return Contents.map(({ Key }) => Key!)
}

test('a bundle goes to prod only when its run was confirmed, by the digest in its manifest', async (t) => {
  credentials(t)
  await ownConfiguration(t)
  const endpoint = await server(t)
  const prod = await provisionedStage(t, endpoint, 'prod')
  const results = await temporaryFolder(t)
  const folder = await aTrafficBundle(results, { runId: 'one', manifest: { generator_version: 999 } })
  const push = () =>
    handler({
      ...{ _: [], $0: 'turnaround', action: 'push', runId: 'one', 'run-id': 'one', env: 'prod', endpoint },
      ...{ region: 'eu-west-1', data: join(results, 'none'), results, quiet: true, reason: undefined },
      ...{ withDelays: false, 'with-delays': false },
    })
  await assert.rejects(
    push(),
    (error: Error) => error instanceof RefusedError && /may not be pushed to prod/.test(error.message),
  )
  assert.deepEqual(await objectsIn(prod), [])

  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest
  const { scenario, scenario_digest: digest } = manifest
  const given = { environment: 'prod', scenario, reason: 'for the archive', by: 'ada', hours: 1 }
  await confirmations(confirmationsFolder(), systemClock).make({ ...given, scenario_digest: digest })
  await push()
  assert.ok((await objectsIn(prod)).includes('one/manifest.json'))
  const records = await recordsIn(prod)
  assert.deepEqual(
    records.map(({ action, decision, scenario_digest: of }) => [action, decision, of]),
    [
      ['push', 'refused', digest],
      ['push', 'allowed', digest],
    ],
  )
  const kept = (await readFile(join(results, AUDIT_LOG), 'utf8')).trim().split('\n')
  assert.deepEqual(
    kept.map((line) => JSON.parse(line) as object),
    records,
  )
})
