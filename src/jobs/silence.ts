import type { Clock } from '../clock.ts'
import { RUNNING_LOOK_MS } from './gang-timing.ts'

/** How long numbers that ought to move have stood still, as far as we have looked. */
export interface Silence {
  /** Milliseconds for which `name`'s number has been seen to be this one. */
  of(name: string, beat: number): number
}

/** Between two looks no more than this counts: while we were paused, or the table away, nobody was watched. */
const LONGEST_GAP_MS = 2 * RUNNING_LOOK_MS

export function watchSilence(clock: Clock): Silence {
  const seen = new Map<string, { readonly beat: number; readonly at: number; readonly silentMs: number }>()
  return {
    of(name, beat) {
      const at = clock.monotonic()
      const before = seen.get(name)
      const silentMs = before?.beat === beat ? before.silentMs + Math.min(at - before.at, LONGEST_GAP_MS) : 0
      seen.set(name, { beat, at, silentMs })
      return silentMs
    },
  }
}
