import { atMost, type Clock } from '../../clock.ts'
import { sleepOrStop } from '../../engine/pacer.ts'
import type { MergedWindow } from '../../engine/window-merger.ts'
import { windowsBatchKey } from '../../results/traffic-layout.ts'
import { encodeWindows } from '../../results/traffic-windows.ts'
import type { ObjectStore } from '../../results/stores.ts'
import { patiently } from './patiently.ts'

export interface WindowShipper {
  /** Takes a window and returns at once. */
  add(window: MergedWindow): void
  /** Ships what is left, for `withinMs` at most. Never rejects: `error` says why something was not stored. */
  finish(withinMs: number): Promise<{ readonly batches: number; readonly error: string | undefined }>
}

/** Windows wait in memory where the store does not answer; beyond this the newest are left out, and the ledger tells. */
export const MOST_WAITING_BYTES = 64 * 1024 * 1024

/**
 * Stores a shard's windows while it runs, a batch every `everyMs` with all that has come since, and says so. A store that
 * fails is asked again until the end and `withinMs` beyond; the batches grow meanwhile.
 */
export function shipWindows(options: {
  readonly jobId: string
  readonly objects: ObjectStore
  readonly everyMs: number
  readonly clock: Clock
  /** So many batches are stored by now. Where it rejects, the next call says more. */
  readonly onShipped: (batches: number) => Promise<void>
  readonly mostWaitingBytes?: number
}): WindowShipper {
  const { jobId, objects, everyMs, clock, onShipped, mostWaitingBytes = MOST_WAITING_BYTES } = options
  const finishing = new AbortController()
  let deadlineMs = Infinity
  let waiting: MergedWindow[] = []
  let waitingBytes = 0
  let batches = 0
  let announced = 0

  async function shipAll(): Promise<void> {
    while (!finishing.signal.aborted) {
      await sleepOrStop(clock, everyMs, finishing.signal)
      await shipWaiting()
      await announce().catch(() => undefined) // the next batch's call says it too, and the last one is repeated
    }
    await shipWaiting() // what came while the last batch was on its way
    await patiently(announce, { clock, until: () => deadlineMs }).catch(() => undefined) // the shard's document says it
  }

  async function shipWaiting(): Promise<void> {
    if (waiting.length === 0) return
    const body = encodeWindows(waiting)
    waiting = []
    waitingBytes = 0
    await patiently(() => put(body), { clock, until: () => deadlineMs })
    batches += 1
  }

  async function put(body: Uint8Array): Promise<void> {
    try {
      await objects.put(windowsBatchKey(jobId, batches), body)
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  async function announce(): Promise<void> {
    if (announced === batches) return
    const upTo = batches
    await onShipped(upTo)
    announced = upTo
  }

  let isDone = false
  /** Why the store was asked again, the last time. */
  let trouble: string | undefined
  const shipping = shipAll().then(
    () => (isDone = true),
    () => undefined, // `trouble` says why
  )

  return {
    add(window) {
      if (waitingBytes + window.figures.length > mostWaitingBytes) return
      waiting.push(window)
      waitingBytes += window.figures.length
    },
    async finish(withinMs) {
      deadlineMs = clock.monotonic() + withinMs
      finishing.abort()
      await atMost(withinMs, shipping, clock)
      return { batches, error: isDone ? undefined : (trouble ?? `the store did not answer within ${withinMs} ms`) }
    },
  }
}
