import type { RelaySettings } from './schema.ts'

export const DEFAULT_SESSIONS = 100

const KINDS: { readonly [scenario: string]: boolean } = {
  'connection-storm': false,
  'steady-state': false,
  'realistic-session': true,
  'async-delivery': true,
  'steady-messaging': true,
}

/** Whether a session is a pair; undefined for what is no scenario. */
export function hasPairs(scenario: unknown): boolean | undefined {
  return typeof scenario === 'string' && Object.hasOwn(KINDS, scenario) ? KINDS[scenario] : undefined
}

/** Connections, or pairs of them, of the whole run. */
export function sessionsOf({ scenario, connections, connectionPairs }: RelaySettings): number {
  return (hasPairs(scenario) ? connectionPairs : connections) ?? DEFAULT_SESSIONS
}

/** Connections of the whole run. */
export function connectionsOf(settings: RelaySettings): number {
  return sessionsOf(settings) * (hasPairs(settings.scenario) ? 2 : 1)
}
