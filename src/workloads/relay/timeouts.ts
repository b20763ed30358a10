import type { RelaySettings } from './schema.ts'
import { sessionsOf } from './sessions.ts'

const HANDSHAKE_MS = 60_000
const REALISTIC_HANDSHAKE_MS = 120_000
const RECOVERY_MS = 60_000
const RECOVERY_MS_PER_SESSION = 20

/** From the scan, the wallet's connection included. */
export function handshakeTimeoutMs({ scenario, timings }: RelaySettings): number {
  return timings.handshakeTimeoutMs ?? (scenario === 'realistic-session' ? REALISTIC_HANDSHAKE_MS : HANDSHAKE_MS)
}

/** From the wallet's return to its last stored message. */
export function recoveryTimeoutMs(settings: RelaySettings): number {
  return settings.timings.recoveryTimeoutMs ?? Math.max(RECOVERY_MS, RECOVERY_MS_PER_SESSION * sessionsOf(settings))
}
