import type { Figures } from '../../engine/figures.ts'
import type { MergedWindow } from '../../engine/window-merger.ts'
import type { Block, BlockInput } from './block-input.ts'
import {
  connectionsBlock,
  disconnectsBlock,
  retriesBlock,
  sessionsBlock,
  steadyStateBlock,
  timingBlock,
} from './connection-blocks.ts'
import { expectedLosses } from './expected-losses.ts'
import { overTime } from './latency-over-time.ts'
import { latencyStats, okLatency } from './latency-stats.ts'
import { handshakeBlock, messagesBlock, recoveryBlock, steadyMessagingBlock } from './message-blocks.ts'
import type { RelayScenario, RelaySettings } from './schema.ts'
import { sessionsOf } from './sessions.ts'

const SLICE_WINDOWS = 10
/** A run of less than a minute is shown second by second. */
const SHORT_SECONDS = 60

/**
 * Requirement 000's result document of a run: scenario, config and `results{…}`, latencies in milliseconds, rates in per
 * cent. From merged figures, so that percentiles are those of all samples, whatever the number of shards. `windows` must
 * come in the order of their numbers.
 */
export function resultBlock(figures: Figures, windows: Iterable<MergedWindow>, settings: RelaySettings): Block {
  const { durationSeconds, rampUpSeconds } = settings
  const time = overTime(windows, durationSeconds + rampUpSeconds < SHORT_SECONDS ? 1 : SLICE_WINDOWS)
  const input: BlockInput = { figures, settings, time, count: (name) => figures.counters.get(name) ?? 0 }
  return {
    scenario: settings.scenario,
    config: configOf(settings),
    results: {
      connections: connectionsBlock(input),
      timing: timingBlock(input),
      connectTime: latencyStats(okLatency(figures.steps.get('connect'), 'responseTime')),
      retries: retriesBlock(input),
      sessions: sessionsBlock(input),
      disconnects: disconnectsBlock(input),
      ...OWN_BLOCKS[settings.scenario](input),
    },
    notes: expectedLosses(settings),
  }
}

const OWN_BLOCKS: { readonly [Scenario in RelayScenario]: (input: BlockInput) => Block } = {
  'connection-storm': () => ({}),
  'steady-state': (input) => ({ steadyState: steadyStateBlock(input) }),
  'realistic-session': (input) => ({ handshake: handshakeBlock(input), messages: messagesBlock(input) }),
  'async-delivery': (input) => ({ handshake: handshakeBlock(input), recovery: recoveryBlock(input) }),
  'steady-messaging': (input) => ({
    handshake: handshakeBlock(input),
    messages: messagesBlock(input),
    steadyMessaging: steadyMessagingBlock(input),
  }),
}

function configOf(settings: RelaySettings): Block {
  const { scenario, durationSeconds, rampUpSeconds, messagesPerSession, delaySeconds } = settings
  return {
    connections: sessionsOf(settings),
    durationSec: durationSeconds,
    rampUpSec: rampUpSeconds,
    ...(scenario === 'realistic-session' && { messagesPerSession }),
    ...(scenario === 'async-delivery' && { delaySec: delaySeconds, storedMessages: settings.storedMessages }),
    ...(scenario === 'steady-messaging' && { messageIntervalSec: settings.messageIntervalSeconds }),
  }
}
