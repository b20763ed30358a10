import { createRecorder, type StepRecorder } from '../../src/engine/recorder.ts'
import { Figures } from '../../src/engine/figures.ts'

export interface Request {
  readonly step?: string
  readonly outcome?: string
  /** From the send. Default 100. */
  readonly ms?: number
  /** How much later than intended it was sent. */
  readonly lateMs?: number
  readonly status?: number
  readonly sent?: number
  readonly received?: number
}

/** Figures as a shard records them within one second, by requests and what else is called on the recorder. */
export function figuresOf(requests: readonly Request[], also: (recorder: StepRecorder) => void = () => {}): Figures {
  const figures = new Figures()
  const recorder = createRecorder({ shard: 0, onWindow: (window) => figures.merge(window.figures) })
  recorder.begin(0)
  for (const { step = 'page', outcome = 'ok', ms = 100, lateMs = 0, status, sent, received } of requests) {
    recorder.record(step, {
      outcome,
      intendedAtMs: -lateMs - ms,
      sentAtMs: -ms,
      endedAtMs: 0,
      ...(status !== undefined && { status }),
      ...(sent !== undefined && { bytesSent: sent }),
      ...(received !== undefined && { bytesReceived: received }),
    })
  }
  also(recorder)
  recorder.finish(1)
  return figures
}

/** So many of the same. */
export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value)
}
