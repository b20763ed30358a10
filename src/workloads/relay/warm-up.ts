import { systemClock } from '../../clock.ts'
import type { Iterate } from '../../engine/iteration.ts'
import type { StepRecorder } from '../../engine/recorder.ts'
import { stream } from '../../scenario/stream.ts'
import { startRelay } from '../../targets/relay/start-relay.ts'
import { createRelayShard, type RelayShard } from './relay-shard.ts'
import type { RelaySettings } from './schema.ts'

const SESSIONS = 4
const silent: StepRecorder = { record() {}, timing() {}, count() {}, level() {} }

/**
 * Runs a few sessions against a stand-in in this thread, without their pauses, before the load begins. What a process
 * does for the first time takes it a hundred times as long, and would be taken for the relay's latency.
 */
export async function warmUp(settings: RelaySettings, iterateOf: (shard: RelayShard) => Iterate): Promise<void> {
  const relay = await startRelay()
  const shard = createRelayShard({
    data: { settings: withoutPauses(settings), url: relay.url },
    shard: 0,
    shards: 1,
    seed: 0,
    recorder: silent,
    clock: systemClock,
  })
  const iterate = iterateOf(shard)
  const { signal } = new AbortController()
  async function run(index: number): Promise<void> {
    const intendedAtMs = systemClock.monotonic()
    const random = (...purpose: readonly (string | number)[]) => stream(0, index, ...purpose)
    await iterate({ index, user: index, shard: 0, intendedAtMs, startedAtMs: intendedAtMs, signal, random })
  }
  try {
    // What goes wrong here would go wrong in the run, and is counted there.
    await Promise.allSettled(Array.from({ length: SESSIONS }, (_, index) => run(index)))
  } finally {
    await shard.close()
    await relay.stop()
  }
}

function withoutPauses(settings: RelaySettings): RelaySettings {
  return {
    ...settings,
    connections: SESSIONS,
    connectionPairs: SESSIONS,
    rampUpSeconds: 0.001,
    rampDownSeconds: 0,
    durationSeconds: 0.05,
    messageIntervalSeconds: 0.01,
    messagesPerSession: 4,
    storedMessages: 4,
    delaySeconds: 0,
    timings: {
      ...settings.timings,
      walletDelayMs: 0,
      thinkingMs: 0,
      syncBufferMs: 0,
      betweenMessagesMs: 0,
      receiveTimeoutMs: 1000,
      recoveryTimeoutMs: 1000,
      handshakeTimeoutMs: 1000,
    },
  }
}
