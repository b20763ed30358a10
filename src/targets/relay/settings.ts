import type { Setting, SettingsOf } from '../settings.ts'

const whole = (describe: string, value: number, max: number): Setting => ({
  default: value,
  min: 1,
  max,
  whole: true,
  describe,
})

/** What can be set about the relay. */
export const relaySettings = {
  handshake_history_size: whole('messages a handshake channel keeps', 5, 10_000),
  session_history_size: whole('messages a session channel keeps', 20, 10_000),
  history_ttl_seconds: whole('how long a channel keeps its messages after the last one, seconds', 300, 604_800),
  ping_seconds: whole('between two pings, seconds', 25, 3600),
  pong_seconds: whole('what a pong may take, seconds; less than between two pings', 8, 3600),
  connect_seconds: whole('what a client may take from the socket to its connect command, seconds', 15, 3600),
} as const satisfies Record<string, Setting>

export type RelaySettings = SettingsOf<typeof relaySettings>
