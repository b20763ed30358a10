import type { TargetClock } from '../clock.ts'

/** Requests a user may make. */
export interface RateLimits {
  readonly perMinute: number
  readonly perHour: number
}

export interface RateLimiterOptions {
  readonly user: RateLimits
  /** Users whose key begins with `admin`. */
  readonly admin: RateLimits
  readonly clock: TargetClock
}

/** What is left of the window that is the nearest to its limit. */
export interface Verdict {
  readonly isAllowed: boolean
  readonly limit: number
  readonly remaining: number
  /** When the window ends, milliseconds since the epoch. */
  readonly resetMs: number
  /** Where it is refused: whole seconds, at least 1, until it would be allowed. */
  readonly retryAfterSeconds: number
}

interface Window {
  endMs: number
  count: number
}

interface User {
  readonly minute: Window
  readonly hour: Window
}

const minuteMs = 60_000
const hourMs = 3_600_000
const sweepEvery = 10_000

/**
 * Fixed windows of a minute and an hour per user, as counters with an expiry in a cache make them: a window begins with
 * the first request in it. What is refused is not counted.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions
  readonly #users = new Map<string, User>()
  #allowed = 0
  #limited = 0

  constructor(options: RateLimiterOptions) {
    this.#options = options
  }

  check(key: string): Verdict {
    const { clock, user, admin } = this.#options
    const limits = key.startsWith('admin') ? admin : user
    const nowMs = clock.now()
    const { minute, hour } = this.#user(key, nowMs)
    renew(minute, nowMs, minuteMs)
    renew(hour, nowMs, hourMs)
    const isAllowed = minute.count < limits.perMinute && hour.count < limits.perHour
    if (isAllowed) {
      minute.count += 1
      hour.count += 1
      this.#allowed += 1
    } else {
      this.#limited += 1
    }
    const leftOfHour = limits.perHour - hour.count
    const leftOfMinute = limits.perMinute - minute.count
    const [window, limit, remaining] =
      leftOfHour <= leftOfMinute ? [hour, limits.perHour, leftOfHour] : [minute, limits.perMinute, leftOfMinute]
    const retryAfterSeconds = Math.max(1, Math.ceil((window.endMs - nowMs) / 1000))
    return { isAllowed, limit, remaining, resetMs: window.endMs, retryAfterSeconds }
  }

  state(): object {
    return { users: this.#users.size, allowed: this.#allowed, limited: this.#limited }
  }

  #user(key: string, nowMs: number): User {
    let user = this.#users.get(key)
    if (user === undefined) {
      if (this.#users.size > 0 && this.#users.size % sweepEvery === 0) this.#sweep(nowMs)
      user = { minute: { endMs: 0, count: 0 }, hour: { endMs: 0, count: 0 } }
      this.#users.set(key, user)
    }
    return user
  }

  #sweep(nowMs: number): void {
    for (const [key, { hour }] of this.#users) if (hour.endMs <= nowMs) this.#users.delete(key)
  }
}

function renew(window: Window, nowMs: number, lengthMs: number): void {
  if (nowMs < window.endMs) return
  window.endMs = nowMs + lengthMs
  window.count = 0
}
