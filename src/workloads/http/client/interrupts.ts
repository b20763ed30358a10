/** What can be cut short. It is a link of the list of those that wait for one signal. */
export abstract class Interruptible {
  /** For `Interrupts` alone. */
  before: Interruptible | undefined = undefined
  /** For `Interrupts` alone. */
  after: Interruptible | undefined = undefined

  abstract interrupt(): void
}

/** All that wait for one signal, in a ring: coming and going allocates nothing. */
class Ring extends Interruptible {
  readonly listener = (): void => this.interrupt()

  constructor() {
    super()
    this.before = this
    this.after = this
  }

  get isEmpty(): boolean {
    return this.after === this
  }

  interrupt(): void {
    // Interrupting ends something, and what ends may take others with it: always the first that is left.
    while (this.after !== this) {
      const what = this.after!
      unlink(what)
      what.interrupt()
    }
  }
}

/** Signals that may keep their listener with nothing behind them: the run's own, and some to spare. */
const KEPT = 64

/**
 * Requests and pauses by the signal that ends them. One listener serves all that wait for a signal: thousands of users
 * share one, and adding a listener for each costs more than sending a small request.
 */
export class Interrupts {
  readonly #rings = new Map<AbortSignal, Ring>()

  /** `what` is interrupted when the signal aborts, unless it is removed before. The signal must not have aborted yet. */
  add(signal: AbortSignal, what: Interruptible): void {
    let ring = this.#rings.get(signal)
    if (ring === undefined) {
      ring = new Ring()
      signal.addEventListener('abort', ring.listener, { once: true })
      this.#rings.set(signal, ring)
    }
    what.before = ring
    what.after = ring.after
    ring.after!.before = what
    ring.after = what
  }

  /** Harmless where it waits for nothing any more. */
  remove(signal: AbortSignal, what: Interruptible): void {
    if (what.after === undefined) return
    unlink(what)
    if (this.#rings.size <= KEPT) return
    const ring = this.#rings.get(signal)
    if (ring?.isEmpty) this.#forget(signal, ring)
  }

  /** Lets go of every signal. What still waits is interrupted. */
  close(): void {
    for (const [signal, ring] of this.#rings) {
      this.#forget(signal, ring)
      ring.interrupt()
    }
  }

  #forget(signal: AbortSignal, { listener }: Ring): void {
    signal.removeEventListener('abort', listener)
    this.#rings.delete(signal)
  }
}

function unlink(what: Interruptible): void {
  what.before!.after = what.after
  what.after!.before = what.before
  what.before = undefined
  what.after = undefined
}
