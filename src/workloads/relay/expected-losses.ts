import type { RelaySettings } from './schema.ts'

/** What a relay that keeps its history as it is said to must lose of this run: a good negative test, and no mistake. */
export function expectedLosses({ scenario, delaySeconds, storedMessages, history, timings }: RelaySettings): string[] {
  const { ttlSeconds, sessionSize } = history
  const notes: string[] = []
  if (scenario === 'async-delivery' && delaySeconds > ttlSeconds) {
    notes.push(
      `delaySeconds is ${delaySeconds} and the relay keeps messages for ${ttlSeconds} s: all stored messages will be lost`,
    )
  }
  if (scenario === 'async-delivery' && storedMessages > sessionSize) {
    const lost = storedMessages - sessionSize
    notes.push(
      `storedMessages is ${storedMessages} and the relay keeps ${sessionSize} of a session: ${lost} of each will be lost`,
    )
  }
  if (scenario !== 'connection-storm' && scenario !== 'steady-state' && timings.walletDelayMs > ttlSeconds * 1000) {
    notes.push(
      `walletDelayMs is ${timings.walletDelayMs} and the relay keeps messages for ${ttlSeconds} s: no wallet will find its session request`,
    )
  }
  return notes
}
