import { resolve } from 'node:path'
import { readSettings } from '../../environment/settings.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { admitAttempt } from '../../guard/admit-attempt.ts'
import { logAuditRecord } from '../../guard/audit.ts'
import type { Ask } from '../../guard/consent.ts'
import { admissionMeans } from './admission-means.ts'
import { callerOf } from './caller.ts'
import { readManifest } from './move-bundle.ts'

export interface PushOptions {
  readonly runId: string
  /** The bundle's. */
  readonly folder: string
  /** Of all bundles: the local audit log is there. */
  readonly results: string
  readonly reason: string | undefined
  readonly ask: Ask
  readonly say: (text: string) => void
}

/**
 * Asks whether a bundle may be pushed. A confirmation of its run, by the digest in its manifest, is one for this too.
 * Throws RefusedError, and InvalidInputError where there is no bundle.
 */
export async function admitPush(environment: StartedEnvironment, options: PushOptions): Promise<void> {
  const { runId, folder, results, reason, ask, say } = options
  const { scenario, scenario_digest: scenarioDigest } = await readManifest(folder)
  const attempt = {
    ...(await callerOf(environment, reason)),
    action: 'push' as const,
    environment,
    settings: readSettings(environment.stage),
    run: { runId, scenario, scenarioDigest },
    estimate: null,
  }
  await admitAttempt(
    attempt,
    [],
    admissionMeans({
      keep: (record) => logAuditRecord(resolve(results), record),
      ask,
      say,
    }),
  )
}
