import type { StepRecorder } from '../../engine/recorder.ts'

/** Counts what becomes of connections after they were there, and keeps the levels `connections` and `disconnected`. */
export interface ConnectionGauge {
  /** Is there for the first time. */
  opened(): void
  /** Is gone, and not because we wanted it. */
  lost(outcome: string): void
  /** Is there again. */
  back(): void
  /** We end it, `wasOpen` or lost and not back. */
  left(wasOpen: boolean): void
}

export function createConnectionGauge(recorder: StepRecorder): ConnectionGauge {
  let connected = 0
  let disconnected = 0

  function change(up: number, down: number): void {
    connected += up
    disconnected += down
    recorder.level('connections', connected)
    recorder.level('disconnected', disconnected)
  }

  return {
    opened: () => change(1, 0),
    lost(outcome) {
      recorder.count('disconnects')
      recorder.count(`disconnects_${outcome}`)
      change(-1, 1)
    },
    back() {
      recorder.count('reconnects')
      change(1, -1)
    },
    left(wasOpen) {
      recorder.count(wasOpen ? 'connections_held' : 'connections_dropped')
      change(wasOpen ? -1 : 0, wasOpen ? 0 : -1)
    },
  }
}
