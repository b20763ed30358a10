import type { StepRecorder } from '../engine/recorder.ts'
import type { HitResult } from './guard-client.ts'

/** Which requests may be sent, how many are under way, and what became of those that ended. */
export interface Tally {
  /** Whether one more may be sent; true takes it, and a result must follow. */
  take(): boolean
  record(result: HitResult): void
  /** No more from now on; `reason` where that is before the time. Only the first one counts. */
  end(reason?: string): void
  /** Nothing more may be sent. */
  readonly isOver: boolean
  readonly reason: string | undefined
  readonly counts: {
    readonly ended: number
    readonly answered: number
    readonly failed: number
    /** Ended with no answer for another reason than time. */
    readonly lost: number
  }
  /** When the last one ended; `startedMs` where none did. */
  readonly endedMs: number
}

export const STEP = 'request'

/** `onIdle`: it is over and nothing is under way; once. */
export function createTally(options: {
  /** Requests that may be sent in all. */
  readonly amount: number
  readonly startedMs: number
  readonly recorder: StepRecorder
  readonly onIdle: () => void
}): Tally {
  const { recorder, onIdle } = options
  const counts = { ended: 0, answered: 0, failed: 0, lost: 0 }
  let left = options.amount
  let underWay = 0
  let endedMs = options.startedMs
  let hasEnded = false
  let reason: string | undefined

  const isOver = () => hasEnded || left === 0

  return {
    take() {
      if (isOver()) return false
      left -= 1
      underWay += 1
      return true
    },
    record(result) {
      recorder.record(STEP, { ...result, intendedAtMs: result.sentAtMs })
      underWay -= 1
      endedMs = result.endedAtMs
      counts.ended += 1
      if (result.status !== undefined) counts.answered += 1
      else if (result.outcome !== 'timeout') counts.lost += 1
      if (result.outcome !== 'ok') counts.failed += 1
      if (underWay === 0 && isOver()) onIdle()
    },
    end(why) {
      if (isOver()) return
      hasEnded = true
      reason = why
      if (underWay === 0) onIdle()
    },
    get isOver() {
      return isOver()
    },
    get reason() {
      return reason
    },
    get endedMs() {
      return endedMs
    },
    counts,
  }
}
