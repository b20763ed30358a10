import { DEFAULT_SESSIONS, hasPairs } from './sessions.ts'

/** Options as they were given: where one has a fault of its own, it is still there as the user wrote it. */
interface Given {
  readonly [option: string]: unknown
}

interface CrossFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Connections in a scenario of pairs would be asked for in vain. */
export function onlyItsOwnCount({ scenario, connections, connectionPairs }: Given): CrossFault[] {
  if (hasPairs(scenario) === undefined) return []
  const [own, other] = hasPairs(scenario) ? ['connectionPairs', 'connections'] : ['connections', 'connectionPairs']
  if ({ connections, connectionPairs }[other] === undefined) return []
  return [{ path: [other], message: `is not read by ${String(scenario)}; give ${own} instead` }]
}

/** A shard without a session would have nothing to run. */
export function shardsHaveSessions({ scenario, connections, connectionPairs, shards }: Given): CrossFault[] {
  const sessions = (hasPairs(scenario) ? connectionPairs : connections) ?? DEFAULT_SESSIONS
  if (typeof sessions !== 'number' || typeof shards !== 'number' || shards <= sessions) return []
  return [{ path: ['shards'], message: `must be at most ${sessions}, one session each, got ${shards}` }]
}

export function reconnectsAscend({ scenario, timings }: Given): CrossFault[] {
  const { reconnectMinMs: min, reconnectMaxMs: max } = (timings ?? {}) as Given
  const { min: defaultMin, max: defaultMax } = reconnectDefaults(hasPairs(scenario) ?? false)
  const least = min ?? defaultMin
  const most = max ?? defaultMax
  if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return []
  return [{ path: ['timings', 'reconnectMaxMs'], message: `must be at least reconnectMinMs (${least}), got ${most}` }]
}

/** Messages that are never due make an empty run that looks fine. */
export function exchangesAreDue(given: Given): CrossFault[] {
  const { scenario, durationSeconds, rampUpSeconds, messageIntervalSeconds, timings } = given
  if (scenario !== 'steady-messaging') return []
  const { walletDelayMs, syncBufferMs } = (timings ?? {}) as Given
  const times = [durationSeconds, rampUpSeconds, messageIntervalSeconds, walletDelayMs, syncBufferMs]
  if (!times.every((time) => typeof time === 'number')) return []
  const [duration, rampUp, interval, walletDelay, syncBuffer] = times
  if (times.some((time) => time < 0) || interval === 0) return []
  const firstAfter = (walletDelay + syncBuffer) / 1000 + interval
  if (duration + rampUp > firstAfter) return []
  const message =
    `must be more than ${firstAfter - rampUp}, got ${duration}: the first message is due ${firstAfter} s ` +
    'after its session (walletDelayMs, syncBufferMs and one interval)'
  return [{ path: ['durationSeconds'], message }]
}

/** Milliseconds between attempts to connect. Pairs have the client's own, requirement 000's low-fidelity loop another. */
export function reconnectDefaults(isPair: boolean): { readonly min: number; readonly max: number } {
  return isPair ? { min: 100, max: 30_000 } : { min: 500, max: 5000 }
}
