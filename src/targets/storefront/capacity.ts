import type { TargetClock } from '../clock.ts'

export interface CapacityOptions {
  /** How many are worked on at once. */
  readonly servers: number
  /** How many may wait for that; beyond, they are turned away. */
  readonly queue: number
  readonly clock: TargetClock
}

interface Work {
  readonly workMs: number
  readonly done: () => void
}

/** What one service can do: N servers and a queue with a bound, first come, first served. */
export class Capacity {
  readonly #options: CapacityOptions
  #waiting: Work[] = []
  /** Of `#waiting`, those before are gone: shifting an array of thousands costs each time. */
  #head = 0
  #busy = 0
  #mostWaiting = 0

  constructor(options: CapacityOptions) {
    this.#options = options
  }

  get busy(): number {
    return this.#busy
  }

  get waiting(): number {
    return this.#waiting.length - this.#head
  }

  get mostWaiting(): number {
    return this.#mostWaiting
  }

  /** Calls `done` after `workMs` of work, begun once a server is free. False: the queue is full, nothing happens. */
  enter(workMs: number, done: () => void): boolean {
    const { servers, queue } = this.#options
    if (this.#busy < servers) {
      this.#begin({ workMs, done })
      return true
    }
    if (this.waiting >= queue) return false
    this.#waiting.push({ workMs, done })
    this.#mostWaiting = Math.max(this.#mostWaiting, this.waiting)
    return true
  }

  #begin({ workMs, done }: Work): void {
    this.#busy += 1
    this.#options.clock.after(workMs, () => {
      this.#busy -= 1
      const next = this.#next()
      if (next !== undefined) this.#begin(next)
      done()
    })
  }

  #next(): Work | undefined {
    const next = this.#waiting[this.#head]
    if (next === undefined) return undefined
    this.#head += 1
    if (this.#head > 1024 || this.waiting === 0) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return next
  }
}
