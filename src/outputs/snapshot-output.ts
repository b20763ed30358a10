import type { Output, OutputContext, OutputName } from './output.ts'
import { DEFAULT_TIMEOUT_MS } from './output.ts'
import { createRunningTotal, type Snapshot } from './running-total.ts'

interface SnapshotTarget {
  readonly name: OutputName
  readonly target: string
  /** Made synchronously: the snapshot's histograms go on growing. */
  render(snapshot: Snapshot): string
  deliver(text: string, signal: AbortSignal): Promise<void>
}

/** Windows from one push to the next. */
export const PUSH_EVERY = 5

/**
 * An output of totals so far. One push is under way at most; what becomes due meanwhile is part of the next. Since every
 * push holds all before it, one that fails costs nothing but its moment.
 */
export function createSnapshotOutput(
  { name, target, render, deliver }: SnapshotTarget,
  { workload, report, timeoutMs = DEFAULT_TIMEOUT_MS }: OutputContext,
): Output {
  const total = createRunningTotal(workload)
  const closing = new AbortController()
  let pushing: Promise<void> | undefined
  let sinceLast = 0
  let delivered = 0
  let lost = 0
  let firstError: string | null = null

  async function push(signal: AbortSignal): Promise<void> {
    try {
      await deliver(render(total.snapshot()), signal)
      delivered += 1
    } catch (error) {
      lost += 1
      if (firstError !== null) return
      firstError = signal.aborted ? `no answer in ${timeoutMs} ms` : (error as Error).message
      report(`--out ${name}: ${target}: ${firstError}; the run goes on, and so do the attempts`)
    }
  }

  return {
    window(figures, meta) {
      total.add(figures, meta)
      sinceLast += 1
      if (pushing || sinceLast < PUSH_EVERY) return
      sinceLast = 0
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal])
      pushing = push(signal).finally(() => (pushing = undefined))
    },
    async close(document) {
      total.end(document)
      // One span for both: what is under way, and the last push.
      const signal = AbortSignal.timeout(timeoutMs)
      const abort = () => closing.abort()
      signal.addEventListener('abort', abort)
      await pushing
      signal.removeEventListener('abort', abort)
      await push(signal)
    },
    get status() {
      return { name, target, delivered, lost, error: firstError }
    },
  }
}
