import { systemClock, type Clock } from '../clock.ts'

/** Collects single items into calls of up to `size`, one call at a time, so that a busy system makes a tenth of the calls. */
export interface Batcher<T> {
  /** Resolves when the item's batch is through; rejects with its error. */
  add(item: T): Promise<void>
}

export interface BatcherOptions {
  /**
   * How long a batch waits to be full. Default: the first item goes at once, what comes meanwhile travels together behind
   * it, and behind a batch of several there is a moment for more. So where somebody waits, a quiet system is not slowed.
   */
  readonly lingerMs?: number
  readonly clock?: Pick<Clock, 'sleep'>
}

const MOMENT_MS = 5
/** A reason of one's own: an abort without one makes an error with a stack. */
const FULL = Symbol('the batch is full')

export function createBatcher<T>(
  flush: (items: T[]) => Promise<void>,
  size: number,
  { lingerMs, clock = systemClock }: BatcherOptions = {},
): Batcher<T> {
  const waiting: { item: T; done: PromiseWithResolvers<void> }[] = []
  let running = false
  /** There while a batch waits to be full. */
  let filling: AbortController | undefined

  async function pump(): Promise<void> {
    if (running) return
    running = true
    let busy = false
    while (waiting.length > 0) {
      const pauseMs = lingerMs ?? (busy ? MOMENT_MS : 0)
      if (pauseMs > 0 && waiting.length < size) await fill(pauseMs)
      const batch = waiting.splice(0, size)
      busy = batch.length > 1
      try {
        await flush(batch.map(({ item }) => item))
        for (const { done } of batch) done.resolve()
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
    }
    running = false
  }

  async function fill(ms: number): Promise<void> {
    filling = new AbortController()
    await clock.sleep(ms, filling.signal).catch(() => undefined)
    filling = undefined
  }

  return {
    add(item) {
      const done = Promise.withResolvers<void>()
      waiting.push({ item, done })
      if (waiting.length >= size) filling?.abort(FULL)
      void pump()
      return done.promise
    },
  }
}
