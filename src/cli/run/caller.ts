import { hostname, userInfo } from 'node:os'
import { detectRunner } from '../../environment/runner.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import type { Caller } from '../../guard/attempt.ts'
import { version } from '../../version.ts'
import { gitSha } from './manifest.ts'

/** Who asks something of an environment: for its audit. `reason` is what `--reason` says. */
export async function callerOf(environment: StartedEnvironment, reason: string | undefined): Promise<Caller> {
  return {
    reason,
    who: await whoAmI(environment),
    from: { host: hostname(), runner: (await detectRunner()).type, directory: process.cwd() },
    commit: await gitSha(),
    version,
  }
}

/** Emulators know nobody; where AWS cannot be asked, the account in the record still says whose credentials they were. */
async function whoAmI(environment: StartedEnvironment): Promise<Caller['who']> {
  const identity = environment.kind === 'aws' ? await environment.callerIdentity().catch(() => null) : null
  return {
    user: userName(),
    aws_identity: identity?.arn ?? null,
    github_actor: process.env.GITHUB_ACTOR ?? null,
  }
}

/** A container may run as a number without a name. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
