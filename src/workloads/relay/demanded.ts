import type { RelaySettings } from './schema.ts'
import { connectionsOf, hasPairs, sessionsOf } from './sessions.ts'
import { timetableOf } from './timetable.ts'

/** Subscribes, reads of history and publications of one handshake, both sides. */
const COMMANDS_OF_HANDSHAKE = 11
/** A message and its answer. */
const COMMANDS_OF_EXCHANGE = 2

/** Connections and commands of one session, about. */
export function commandsOfSession(settings: RelaySettings): number {
  const { scenario, messagesPerSession, storedMessages } = settings
  if (!hasPairs(scenario)) return 1
  const messages = {
    'connection-storm': 0,
    'steady-state': 0,
    'realistic-session': messagesPerSession * COMMANDS_OF_EXCHANGE,
    'async-delivery': storedMessages,
    'steady-messaging': timetableOf(settings).exchangesOf(0) * COMMANDS_OF_EXCHANGE,
  }[scenario]
  return 2 + COMMANDS_OF_HANDSHAKE + messages
}

/** Connections, and messages with their answers, that are due in a second at the most. */
export function demandedPerSecond(settings: RelaySettings): number {
  const { scenario, rampUpSeconds, messageIntervalSeconds } = settings
  const connects = connectionsOf(settings) / Math.max(rampUpSeconds, 1)
  const exchanges = scenario === 'steady-messaging' ? sessionsOf(settings) / messageIntervalSeconds : 0
  return connects + exchanges * COMMANDS_OF_EXCHANGE
}
