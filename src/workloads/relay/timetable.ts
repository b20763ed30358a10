import { sessionsOf } from './sessions.ts'
import type { RelaySettings } from './schema.ts'

/** What is due when, milliseconds from the start of the run: fixed before anything is sent, whatever the target does. */
export interface Timetable {
  /** A session's first connection: the last one's is the end of the ramp-up. */
  startMs(session: number): number
  /** Until then a session that holds is held. */
  leaveMs(session: number): number
  /** The wallet scans what the dApp shows. */
  scanMs(session: number): number
  /** Exchange 0, 1, … of a session of `steady-messaging`. */
  exchangeMs(session: number, exchange: number): number
  /** How many there are: those due before the session leaves. */
  exchangesOf(session: number): number
}

export function timetableOf(settings: RelaySettings): Timetable {
  const sessions = sessionsOf(settings)
  const { rampUpSeconds, durationSeconds, rampDownSeconds, messageIntervalSeconds, timings } = settings
  const intervalMs = messageIntervalSeconds * 1000
  const startMs = (session: number) => ((session + 1) * rampUpMsOf(settings)) / sessions
  const leaveMs = (session: number) =>
    (rampUpSeconds + durationSeconds) * 1000 + (session * rampDownSeconds * 1000) / sessions
  const scanMs = (session: number) => startMs(session) + timings.walletDelayMs
  // The handshake has one interval.
  const beforeFirstMs = (session: number) => scanMs(session) + timings.syncBufferMs + intervalMs
  return {
    startMs,
    leaveMs,
    scanMs,
    exchangeMs: (session, exchange) => beforeFirstMs(session) + exchange * intervalMs,
    exchangesOf: (session) => Math.max(0, Math.ceil((leaveMs(session) - beforeFirstMs(session)) / intervalMs)),
  }
}

/** All at once is within a millisecond: what the schedule counts in. */
export function rampUpMsOf({ rampUpSeconds }: RelaySettings): number {
  return Math.max(1, Math.round(rampUpSeconds * 1000))
}
