import type { RelaySettings } from './schema.ts'

/** What a load thread is handed: all of it can be cloned. */
export interface RelayData {
  readonly settings: RelaySettings
  /** ws:// or wss://, as the environment knows the target. */
  readonly url: string
}
