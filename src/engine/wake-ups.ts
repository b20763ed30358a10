import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { Heap } from '../heap.ts'
import { sleepOrStop } from './pacer.ts'

/** Somebody who waits for an instant. */
export interface Sleeper {
  /** Monotonic milliseconds; must not change while it waits. */
  dueMs: number
}

/** When many are due, so many are woken before requests in flight get a turn. */
const WAKES_PER_TURN = 64

/**
 * Wakes many, each at its instant or just after it, with one timer between them: ten thousand users who think take a place
 * in a heap each, and neither a timer nor a promise.
 */
export class WakeUps<S extends Sleeper> {
  readonly #clock: Clock
  readonly #onWake: (sleeper: S) => void
  readonly #sleepers = new Heap<S>(({ dueMs }) => dueMs)
  /** Of the sleep under way; -Infinity while it wakes somebody, which ends in a new sleep. */
  #wakesAtMs = Infinity
  #callOff = new AbortController()

  constructor(clock: Clock, onWake: (sleeper: S) => void) {
    this.#clock = clock
    this.#onWake = onWake
  }

  add(sleeper: S): void {
    this.#sleepers.push(sleeper)
    if (sleeper.dueMs < this.#wakesAtMs) void this.#sleep()
  }

  /** Everybody at once, due or not. */
  wakeAll(): void {
    this.#callOff.abort()
    this.#wakesAtMs = -Infinity
    for (let sleeper = this.#sleepers.pop(); sleeper; sleeper = this.#sleepers.pop()) this.#onWake(sleeper)
    this.#wakesAtMs = Infinity
  }

  /** Until the first is due, wakes who is, and so on until nobody waits, or a sleep that ends earlier takes its place. */
  async #sleep(): Promise<void> {
    this.#callOff.abort()
    const { signal } = (this.#callOff = new AbortController())
    for (let first = this.#sleepers.peek(); first; first = this.#sleepers.peek()) {
      this.#wakesAtMs = first.dueMs
      await sleepOrStop(this.#clock, first.dueMs - this.#clock.monotonic(), signal)
      if (signal.aborted) return
      this.#wakesAtMs = -Infinity
      await this.#wakeDue(signal)
      if (signal.aborted) return
    }
    this.#wakesAtMs = Infinity
  }

  async #wakeDue(signal: AbortSignal): Promise<void> {
    for (let woken = 1; !signal.aborted; woken++) {
      const first = this.#sleepers.peek()
      if (!first || first.dueMs > this.#clock.monotonic()) return
      this.#sleepers.pop()
      this.#onWake(first)
      if (woken % WAKES_PER_TURN === 0) await nextTurn()
    }
  }
}
