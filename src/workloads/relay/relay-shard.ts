import { setMaxListeners } from 'node:events'
import type { WebSocket } from 'ws'
import type { Clock } from '../../clock.ts'
import type { Iteration } from '../../engine/iteration.ts'
import type { StepRecorder } from '../../engine/recorder.ts'
import { shareOf } from '../../engine/schedule/share.ts'
import type { IterateContext } from '../../engine/worker/protocol.ts'
import type { RelayData } from './relay-data.ts'
import type { RelaySettings } from './schema.ts'
import { reconnectDefaults } from './cross-checks.ts'
import { createConnectionGauge, type ConnectionGauge } from './connection-gauge.ts'
import { hasPairs, sessionsOf } from './sessions.ts'
import { timetableOf, type Timetable } from './timetable.ts'

/** What the sessions of one shard share. */
export interface RelayShard {
  readonly settings: RelaySettings
  readonly url: string
  readonly timetable: Timetable
  readonly recorder: StepRecorder
  readonly clock: Clock
  readonly gauge: ConnectionGauge
  /** Sessions of this shard. */
  readonly sessions: number
  readonly reconnectMs: { readonly min: number; readonly max: number }
  readonly sockets: Set<WebSocket>
  /** Tells this run's channels from those of the same scenario run before, of which the relay may still keep messages. */
  readonly salt: number
  /** Aborts when a session must come to its end: its grace is over, or the run is stopped. Shared: remove listeners. */
  over(iteration: Iteration): AbortSignal
  /** When the run began, monotonic milliseconds. */
  startMs(iteration: Iteration): number
  /** Ends what is open. Resolves when nothing is. */
  close(): Promise<void>
}

export function createRelayShard({ data, shard, shards, recorder, clock, stop }: IterateContext): RelayShard {
  const { settings, url } = data as RelayData
  const timetable = timetableOf(settings)
  const sockets = new Set<WebSocket>()
  const defaults = reconnectDefaults(hasPairs(settings.scenario) ?? false)
  const { reconnectMinMs = defaults.min, reconnectMaxMs = defaults.max } = settings.timings
  const overOf = new WeakMap<AbortSignal, AbortSignal>()

  return {
    settings,
    url,
    timetable,
    recorder,
    clock,
    gauge: createConnectionGauge(recorder),
    sessions: shareOf(sessionsOf(settings), shard, shards),
    reconnectMs: { min: reconnectMinMs, max: reconnectMaxMs },
    sockets,
    salt: clock.now(),
    over({ signal }) {
      let over = overOf.get(signal)
      if (over === undefined) {
        over = stop === undefined ? signal : AbortSignal.any([signal, stop])
        setMaxListeners(0, over)
        overOf.set(signal, over)
      }
      return over
    },
    startMs: ({ index, intendedAtMs }) => intendedAtMs - timetable.startMs(index),
    async close() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of sockets) socket.terminate()
      await Promise.all(closed)
    },
  }
}
