import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../src/clock.ts'

interface Sleeper {
  readonly wakesAt: number
  readonly wake: () => void
}

/** A clock that stands until the test steps it; several parties may sleep on it while they talk over the network. */
export interface SteppedClock extends Clock {
  /**
   * Runs time until the promise settles: whenever as many as `parties` sleep (asked each time where it is a function),
   * the one that wakes first is woken. Time
   * never runs past somebody who is still waiting for an answer, however slow the machine. Fails after `longestMs` of it.
   */
  until<T>(promise: Promise<T>, parties: number | (() => number), longestMs?: number): Promise<T>
}

const LONGEST_MS = 60_000

export function steppedClock(): SteppedClock {
  let nowMs = 0
  const sleepers = new Set<Sleeper>()

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper = { wakesAt: nowMs + ms, wake: resolve }
    const abort = (): void => reject(signal!.reason as Error)
    sleepers.add(sleeper)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      await promise
    } finally {
      sleepers.delete(sleeper)
      signal?.removeEventListener('abort', abort)
    }
  }

  function wakeFirst(): void {
    const first = [...sleepers].reduce((a, b) => (b.wakesAt < a.wakesAt ? b : a))
    nowMs = Math.max(nowMs, first.wakesAt)
    sleepers.delete(first)
    first.wake()
  }

  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep,
    async until(promise, parties, longestMs = LONGEST_MS) {
      const endMs = nowMs + longestMs
      const settled = new AbortController()
      promise.then(
        () => settled.abort(),
        () => settled.abort(),
      )
      while (!settled.signal.aborted) {
        if (sleepers.size >= (typeof parties === 'number' ? parties : parties())) wakeFirst()
        assert.ok(nowMs <= endMs, `nothing came of it in ${longestMs} ms`)
        await nextTurn()
      }
      return promise
    },
  }
}
