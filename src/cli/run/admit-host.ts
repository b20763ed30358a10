import type { Logger } from 'pino'
import { isProtected, readSettings } from '../../environment/settings.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { admitAttempt } from '../../guard/admit-attempt.ts'
import type { Ask } from '../../guard/consent.ts'
import { admissionMeans } from './admission-means.ts'
import { callerOf } from './caller.ts'

export interface HostOptions {
  readonly reason: string | undefined
  readonly ask: Ask
  readonly log: Logger
  readonly say: (text: string) => void
}

/**
 * Asks whether this host may do jobs in a protected environment: at a terminal whoever sits there, who may have mistaken
 * it for another one. Without a terminal it is a container of a fleet, which does what admitted runs have queued; that is
 * logged and recorded. Throws RefusedError.
 */
export async function admitHost(environment: StartedEnvironment, options: HostOptions): Promise<void> {
  const { reason, ask, log, say } = options
  const settings = readSettings(environment.stage)
  if (!isProtected(environment.stage, settings)) return
  const caller = await callerOf(environment, reason)
  await admitAttempt(
    { ...caller, action: 'work', environment, settings, run: null, estimate: null },
    [],
    admissionMeans({
      // A container may have no disk to write to: its log is where it keeps things.
      keep: async (record) => log.info({ audit: record }, `a host on ${environment.name}, which is protected`),
      ask,
      say,
    }),
  )
}
