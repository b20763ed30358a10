import { countCheck } from '../../src/engine/check-counts.ts'
import { createRecorder, type StepRecorder } from '../../src/engine/recorder.ts'
import type { Figures } from '../../src/engine/figures.ts'
import type { Output, OutputContext, WindowMeta } from '../../src/outputs/output.ts'

export const STARTED_AT_MS = Date.UTC(2026, 0, 31, 13, 2, 5)

/** What one second of the runs below holds. */
export type RecordSecond = (recorder: StepRecorder, second: number) => void

/** Each second: ten requests of 10, 20, … 100 ms from the intended start, 1 ms less from the send; the last one times out. */
export const tenRequests: RecordSecond = (recorder, second) => {
  for (let i = 1; i <= 10; i++) {
    const atMs = second * 1000 + i
    const status = i < 10 ? { outcome: 'ok', status: 200 } : { outcome: 'timeout' }
    const times = { intendedAtMs: atMs, sentAtMs: atMs + 1, endedAtMs: atMs + 10 * i }
    recorder.record('checkout', { ...status, ...times, bytesSent: 100, bytesReceived: 1000 })
  }
  recorder.timing('checkout', 'waiting', 5)
  countCheck(recorder, 'has a body', true)
  recorder.count('orders', 2)
  recorder.level('vus', 7)
}

/** Feeds seconds of load to an output, each in memory that is used again for the next, as a run does. */
export function feed(output: Pick<Output, 'window'>, seconds: number, record: RecordSecond = tenRequests): void {
  const recorder = createRecorder({
    shard: 0,
    onWindow: ({ number, figures }) => output.window(figures, metaOf(number)),
  })
  recorder.begin(0)
  for (let second = 0; second < seconds; second++) {
    for (let i = 0; i < 10; i++) recorder.started(second * 1000 + i * 100, 0.1, false)
    record(recorder, second)
    recorder.advance((second + 1) * 1000)
  }
}

export function metaOf(number: number): WindowMeta {
  return { number, startMs: STARTED_AT_MS + number * 1000, lengthMs: 1000 }
}

/** The one window of a second. */
export function windowOf(record: RecordSecond, use: (figures: Figures) => void): void {
  feed({ window: use }, 1, record)
}

export function aContext(changes: Partial<OutputContext> = {}): OutputContext & { readonly reports: string[] } {
  const reports: string[] = []
  return {
    runId: 'storefront-1',
    scenario: 'storefront',
    workload: 'http',
    env: {},
    report: (message) => void reports.push(message),
    reports,
    ...changes,
  }
}
