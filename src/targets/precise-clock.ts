import { systemClock, type TargetClock } from './clock.ts'
import { Heap } from '../heap.ts'

// A timer of Node comes up to a millisecond and a bit late.
const watchedMs = 2

interface Due {
  readonly atMs: number
  readonly callback: () => void
  isCancelled: boolean
}

/**
 * Calls back within some hundredths of a millisecond, as a target with known answers must: sleeps until 2 ms before,
 * then looks on every turn of the event loop. Costs that CPU.
 */
export function createPreciseClock(): TargetClock {
  const dues = new Heap<Due>((due) => due.atMs)
  let timer: NodeJS.Timeout | undefined
  let isWatching = false

  function look(): void {
    isWatching = false
    for (let next = dues.peek(); next !== undefined && next.atMs <= systemClock.now(); next = dues.peek()) {
      dues.pop()
      if (!next.isCancelled) next.callback()
    }
    plan()
  }

  function plan(): void {
    const next = dues.peek()
    if (next === undefined || isWatching) return
    clearTimeout(timer)
    const waitMs = next.atMs - systemClock.now()
    if (waitMs > watchedMs) {
      timer = setTimeout(look, Math.floor(waitMs - watchedMs)).unref()
    } else {
      isWatching = true
      setImmediate(look)
    }
  }

  return {
    now: systemClock.now,
    after(delayMs, callback) {
      const due: Due = { atMs: systemClock.now() + delayMs, callback, isCancelled: false }
      dues.push(due)
      if (dues.peek() === due) plan()
      return () => {
        due.isCancelled = true
      }
    },
  }
}
