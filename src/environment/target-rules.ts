import type { ForbiddenHosts, TargetRules } from './allowed-target.ts'
import { isProtected, readStages } from './settings.ts'

/**
 * The rules of a stage for the targets of its load, as config/environments.json has them: a protected stage allows nothing
 * that is not named, and no other stage may reach what belongs to a protected one. Undefined where there are none.
 * Throws InvalidInputError for a file that cannot be read.
 */
export function targetRulesOf(stage: string, configFile?: string): TargetRules | undefined {
  const stages = readStages(configFile)
  const { 'allowed-targets': allowed } = stages[stage] ?? {}
  if (isProtected(stage, stages[stage] ?? {})) return { stage, allowed: allowed ?? [] }
  const forbidden = protectedIn(stages)
  if (allowed === undefined && forbidden.length === 0) return undefined
  return { stage, ...(allowed && { allowed }), ...(forbidden.length > 0 && { forbidden }) }
}

/** What belongs to each protected environment: the hosts of its own URLs, and its allowed targets. */
export function protectedHosts(configFile?: string): ForbiddenHosts[] {
  return protectedIn(readStages(configFile))
}

function protectedIn(stages: ReturnType<typeof readStages>): ForbiddenHosts[] {
  return Object.entries(stages).flatMap(([environment, settings]) => {
    if (!isProtected(environment, settings)) return []
    const { 'allowed-targets': allowed = [], ...others } = settings
    const own = Object.values(others).flatMap((value) =>
      typeof value === 'string' ? (URL.parse(value)?.host ?? []) : [],
    )
    const hosts = [...new Set([...own.filter((host) => host !== ''), ...allowed])]
    return hosts.length > 0 ? [{ environment, hosts }] : []
  })
}
