import type { Caps } from '../environment/settings.ts'
import type { Demands } from '../workloads/workload.ts'

/** What a run asks for, as far as it is known before it begins. */
export interface Asked {
  readonly jobs: number
  /** At the least. */
  readonly seconds: number
  readonly dollars: number
  readonly demands: Demands
}

/** Where config/environments.json says nothing. Its owner may set others; a scenario or an option never can. */
export const AWS_CAPS: Required<Caps> = {
  jobs: 1_000_000,
  'duration-minutes': 240,
  'rate-per-second': 10_000,
  dollars: 100,
}

interface Limit {
  readonly cap: keyof Caps
  readonly asked: (asked: Asked) => number
  readonly say: (asked: string, limit: string) => string
}

const LIMITS: readonly Limit[] = [
  { cap: 'jobs', asked: ({ jobs }) => jobs, say: (asked, limit) => `${asked} jobs are more than the ${limit}` },
  {
    cap: 'duration-minutes',
    asked: ({ seconds, demands }) => Math.max(seconds, demands.durationSeconds ?? 0) / 60,
    say: (asked, limit) => `at least ${asked} minutes are longer than the ${limit}`,
  },
  {
    cap: 'rate-per-second',
    asked: ({ demands }) => demands.ratePerSecond ?? 0,
    say: (asked, limit) =>
      asked === UNBOUNDED
        ? `a load whose rate nothing but the target bounds (give it think time, or an arrival rate) may be more than the ${limit} a second`
        : `${asked} a second are more than the ${limit}`,
  },
  {
    cap: 'dollars',
    asked: ({ dollars }) => dollars,
    say: (asked, limit) => `about $${asked} are more than the $${limit}`,
  },
]

/** Why a run is more than its environment takes, a sentence for each cap; empty where it is not. */
export function overCaps(asked: Asked, caps: Caps, environmentName: string): string[] {
  return LIMITS.flatMap(({ cap, asked: amount, say }) => {
    const limit = caps[cap]
    if (limit === undefined || amount(asked) <= limit) return []
    const said = say(show(amount(asked)), show(limit))
    return [`${said} that ${environmentName} allows (caps.${cap}, which no scenario can raise)`]
  })
}

const UNBOUNDED = '∞'

function show(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 8 })
}
