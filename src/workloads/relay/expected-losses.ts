import type { RelaySettings } from './schema.ts'

/** What a relay that keeps its history as it is said to must lose of this run: a good negative test, and no mistake. */
export function expectedLosses({ scenario, delaySeconds, storedMessages, relay, timings }: RelaySettings): string[] {
  const { historyTtlSeconds, sessionHistorySize } = relay
  const notes: string[] = []
  if (scenario === 'async-delivery' && delaySeconds > historyTtlSeconds) {
    notes.push(
      `delaySeconds is ${delaySeconds} and the relay keeps messages for ${historyTtlSeconds} s: all stored messages will be lost`,
    )
  }
  if (scenario === 'async-delivery' && storedMessages > sessionHistorySize) {
    const lost = storedMessages - sessionHistorySize
    notes.push(
      `storedMessages is ${storedMessages} and the relay keeps ${sessionHistorySize} of a session: ${lost} of each will be lost`,
    )
  }
  if (
    scenario !== 'connection-storm' &&
    scenario !== 'steady-state' &&
    timings.walletDelayMs > historyTtlSeconds * 1000
  ) {
    notes.push(
      `walletDelayMs is ${timings.walletDelayMs} and the relay keeps messages for ${historyTtlSeconds} s: no wallet will find its session request`,
    )
  }
  return notes
}
