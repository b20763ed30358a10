import type { RunnableSettings } from '../../engine/schedule/compile.ts'
import { executorSchema } from '../../engine/schedule/settings.ts'
import { handshakeTimeoutMs, recoveryTimeoutMs } from './timeouts.ts'
import type { RelayScenario, RelaySettings } from './schema.ts'
import { sessionsOf } from './sessions.ts'
import { rampUpMsOf } from './timetable.ts'

/** For sockets to close. */
const MARGIN_MS = 5000

/**
 * An iteration is a session, from its first connection to its last. As many start as there are sessions, at even
 * distances over the ramp-up; then the rate is 0 for as long as the run takes at least, and grace is what sessions may
 * need beyond it.
 */
export function executorOf(settings: RelaySettings): RunnableSettings {
  const sessions = sessionsOf(settings)
  const rampUpMs = rampUpMsOf(settings)
  const tailMs = Math.ceil(LEAST_AFTER_RAMP_UP_MS[settings.scenario](settings))
  const tail = [
    { duration: 0, target: 0 },
    { duration: tailMs, target: 0 },
  ]
  const executor = executorSchema.parse({
    executor: 'ramping-arrival-rate',
    timeUnit: rampUpMs,
    stages: [{ duration: 0, target: sessions }, { duration: rampUpMs, target: sessions }, ...(tailMs > 0 ? tail : [])],
    maxVUs: sessions,
    gracefulStop: Math.ceil(GRACE_MS[settings.scenario](settings)) + MARGIN_MS,
  })
  return executor as RunnableSettings
}

/** What the last session takes where nothing goes wrong, connections and round trips left out. */
const LEAST_AFTER_RAMP_UP_MS: { readonly [Scenario in RelayScenario]: (settings: RelaySettings) => number } = {
  'connection-storm': () => 0,
  'steady-state': holdMs,
  'steady-messaging': holdMs,
  'realistic-session': ({ messagesPerSession: messages, timings }) => {
    const { walletDelayMs, syncBufferMs, thinkingMs, betweenMessagesMs } = timings
    return walletDelayMs + messages * (syncBufferMs + thinkingMs) + (messages - 1) * betweenMessagesMs
  },
  'async-delivery': ({ delaySeconds, timings }) => timings.walletDelayMs + delaySeconds * 1000,
}

/** What it may take beyond that where everything does. */
const GRACE_MS: { readonly [Scenario in RelayScenario]: (settings: RelaySettings) => number } = {
  'connection-storm': ({ timings }) => timings.connectBudgetMs,
  'steady-state': () => 0,
  'steady-messaging': ({ timings }) => timings.receiveTimeoutMs + timings.thinkingMs,
  'realistic-session': (settings) =>
    setUpMs(settings) + settings.messagesPerSession * settings.timings.receiveTimeoutMs,
  'async-delivery': (settings) => setUpMs(settings) + settings.timings.operationTimeoutMs + recoveryTimeoutMs(settings),
}

function holdMs({ durationSeconds, rampDownSeconds }: RelaySettings): number {
  return (durationSeconds + rampDownSeconds) * 1000
}

function setUpMs(settings: RelaySettings): number {
  return settings.timings.connectBudgetMs + handshakeTimeoutMs(settings)
}
