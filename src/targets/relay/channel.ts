import type { RelaySettings } from './settings.ts'

export const channelMaxLength = 255

export interface ChannelOptions {
  readonly historySize: number
  readonly historyTtlMs: number
}

/**
 * Options of a channel by its namespace, what stands before its first colon. There are `handshake` and `session`, open
 * to anonymous clients; undefined for any other. `forbidden`: a channel without a namespace, which nobody may use.
 */
export function channelOptions(channel: string, settings: RelaySettings): ChannelOptions | 'forbidden' | undefined {
  const colon = channel.indexOf(':')
  if (colon < 0) return 'forbidden'
  const historyTtlMs = settings.history_ttl_seconds * 1000
  const namespace = channel.slice(0, colon)
  if (namespace === 'handshake') return { historySize: settings.handshake_history_size, historyTtlMs }
  if (namespace === 'session') return { historySize: settings.session_history_size, historyTtlMs }
  return undefined
}
