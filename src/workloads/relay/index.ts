import type { TrafficNames } from '../../thresholds/traffic-definitions.ts'
import type { TrafficSpec } from '../traffic/spec.ts'
import { trafficWorkload } from '../traffic/traffic-workload.ts'
import type { Workload } from '../workload.ts'
import { commandsOfSession, demandedPerSecond } from './demanded.ts'
import { executorOf } from './executor.ts'
import type { RelayData } from './relay-data.ts'
import { resultBlock } from './result-block.ts'
import { relaySchema, type RelaySettings } from './schema.ts'
import { summarizeRelay } from './summarize.ts'

const STEPS = ['connect', 'handshake', 'message', 'recovery']

/** What sessions count beyond their steps. */
const metrics: TrafficNames = {
  protocol: 'ws',
  counters: [
    ...['connects_attempted', 'connects_immediate', 'connects_recovered', 'connects_failed', 'connect_retries'],
    ...['connections_held', 'connections_dropped', 'disconnects', 'reconnects', 'publish_retries'],
    ...['messages_sent', 'messages_received', 'messages_failed', 'messages_unsent', 'messages_lost'],
    ...['messages_late', 'messages_repeated', 'messages_mismatched', 'messages_foreign'],
  ],
  timings: ['started_after', 'settled_after'],
  levels: ['connections', 'disconnected'],
}

const spec: TrafficSpec<RelaySettings> = {
  workload: 'relay',
  metrics,
  module: new URL(import.meta.url.endsWith('.ts') ? './iterate.ts' : './iterate.js', import.meta.url).href,
  target: ({ target }) => target,
  standIn: ({ history }) => ({
    history_ttl_seconds: history.ttlSeconds,
    session_history_size: history.sessionSize,
    handshake_history_size: history.handshakeSize,
  }),
  dataFor: (settings, url): RelayData => ({ settings, url }),
  load: executorOf,
  tagValues: () => ({ step: STEPS }),
  requestsPerIteration: commandsOfSession,
  extra: (figures, { windows, settings }) => ({ relay: resultBlock(figures, windows, settings) }),
}

const traffic = trafficWorkload(spec)

/** Sessions over a message relay (requirement 000): idle connections, or pairs of a dApp and a wallet that talk. */
export const relay: Workload<RelaySettings> = {
  ...traffic,
  name: 'relay',
  schema: relaySchema,
  generatorVersion: 1,
  // Starts alone would say too little: a session that was begun goes on asking.
  demands: (settings) => ({ ...traffic.demands(settings), ratePerSecond: demandedPerSecond(settings) }),
  summarize: (_settings, stores) => summarizeRelay(stores),
}
