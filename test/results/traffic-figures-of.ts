import fc from 'fast-check'
import { countCheck } from '../../src/engine/check-counts.ts'
import { Figures } from '../../src/engine/figures.ts'
import { createRecorder } from '../../src/engine/recorder.ts'

/** What happened in one window, in few words. */
export interface Happening {
  readonly step: string
  readonly outcome: string
  readonly ms: number
}

export const happening = fc.record({
  step: fc.constantFrom('home', 'checkout', 'ß/ü', '__proto__'),
  outcome: fc.constantFrom('ok', 'timeout', 'http_5xx'),
  ms: fc.double({ min: 0.01, max: 5000, noNaN: true }),
})

/** A window in which these things happened, recorded as a load loop would. */
export function figuresOf(happenings: readonly Happening[], vus = 1): Figures {
  const figures = new Figures()
  const recorder = createRecorder({ shard: 0, onWindow: (window) => figures.merge(window.figures) })
  recorder.begin(0)
  recorder.level('vus', vus)
  for (const { step, outcome, ms } of happenings) {
    const sample = {
      outcome,
      intendedAtMs: 0,
      sentAtMs: Math.min(ms, 1),
      endedAtMs: ms,
      bytesSent: 10,
      bytesReceived: 100,
    }
    recorder.started(0, 0.1, false)
    recorder.record(step, { ...sample, status: outcome === 'ok' ? 200 : 503 })
    recorder.timing(step, 'waiting', ms / 2)
    recorder.iteration(sample)
    countCheck(recorder, 'fast', ms < 100)
    recorder.count('messages_sent')
  }
  recorder.finish(6_000)
  figures.levels.set('vus', vus)
  return figures
}
