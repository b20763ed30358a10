import { describeHonesty, honestyKinds } from './honesty/behaviours.ts'
import { relaySettings } from './relay/settings.ts'
import type { Settings } from './settings.ts'
import { storefrontSettings } from './storefront/settings.ts'
import { TargetError } from './target-error.ts'
import type { RunningTarget, TargetOptions } from './target.ts'

export { behaviourOf, honestyKinds, type HonestyKind } from './honesty/behaviours.ts'
export type { Behaviour } from './honesty/behaviour.ts'
export { type Outcomes, simulate, truth } from './honesty/truth.ts'
export { createMovableClock, type MovableClock, type TargetClock } from './clock.ts'
export type { Setting, Settings } from './settings.ts'
export { TargetError, type TargetErrorCode, type TargetFault } from './target-error.ts'
export type { RunningTarget, TargetOptions } from './target.ts'

/** A system under test that can be started by its name. */
export interface TargetEntry {
  readonly name: string
  readonly describe: string
  /** What `settings` of its options can hold. */
  readonly settings: Settings
  readonly start: (options?: TargetOptions) => Promise<RunningTarget>
}

// Each loads what it needs when it is started.
export const targets: readonly TargetEntry[] = [
  {
    name: 'storefront',
    describe: 'a web shop of four services with latencies, faults, capacity and a rate limiter',
    settings: storefrontSettings,
    start: async (options) => (await import('./storefront/start-storefront.ts')).startStorefront(options),
  },
  {
    name: 'relay',
    describe: 'message relay with history and recovery, as Centrifugo over WebSocket',
    settings: relaySettings,
    start: async (options) => (await import('./relay/start-relay.ts')).startRelay(options),
  },
  ...honestyKinds.map((kind) => ({
    name: `honesty-${kind}`,
    ...describeHonesty(kind),
    start: async (options?: TargetOptions) =>
      (await import('./honesty/start-honesty-target.ts')).startHonestyTarget(kind, options),
  })),
]

/** Starts a target by its name. Throws TargetError. */
export async function startTarget(name: string, options?: TargetOptions): Promise<RunningTarget> {
  const entry = targets.find((target) => target.name === name)
  if (entry !== undefined) return entry.start(options)
  const message = `is not known; there are ${targets.map((target) => target.name).join(', ')}`
  throw new TargetError('INVALID_SETTINGS', 'A target that does not exist:', [{ path: name, message }])
}
