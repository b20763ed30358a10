import { systemClock } from '../clock.ts'
import { Figures, StepFigures } from '../engine/figures.ts'
import { type GeneratorHealth, watchGenerator } from '../engine/generator-health.ts'
import { createRecorder } from '../engine/recorder.ts'
import { verdictOf } from '../engine/verdict.ts'
import { stepDocument } from '../results/traffic-figures.ts'
import type { HitDocument } from './hit-document.ts'
import { type HitRequest, nameOf } from './hit-request.ts'
import { createTally, STEP, type Tally } from './tally.ts'

export interface HitProgress {
  readonly elapsedMs: number
  /** Ended so far. */
  readonly requests: number
  readonly failed: number
}

export interface HitOptions {
  /** No new request; those under way are waited for. */
  readonly stop: AbortSignal
  /** Every second. */
  readonly onProgress?: (progress: HitProgress) => void
}

const SECOND_MS = 1000

/**
 * Hits one URL in a closed loop, flat out. Every request that is sent ends as an answer, an error or a timeout and is
 * recorded; none is cut off because time is over. What only refuses or breaks connections in the first second is given up.
 */
export async function runHit(request: HitRequest, { stop, onProgress }: HitOptions): Promise<HitDocument> {
  const { startAutocannon } = await import('./start-autocannon.ts')
  const clock = systemClock
  const recorder = createRecorder({ shard: 0, onWindow: () => undefined })
  const startedAt = clock.now()
  const startedMs = clock.monotonic()
  recorder.begin(startedMs)
  const { amount = Infinity } = request
  const tally = createTally({ amount, startedMs, recorder, onIdle: () => autocannon.stop() })
  const autocannon = startAutocannon(request, tally, () => clock.monotonic())
  const watch = watchGenerator('main thread', clock) // making the clients is no load yet

  function tick(): void {
    const { ended, answered, failed, lost } = tally.counts
    watch.sample()
    onProgress?.({ elapsedMs: clock.monotonic() - startedMs, requests: ended, failed })
    if (answered === 0 && lost >= request.connections) tally.end('no request was answered in the first second')
  }

  const onStop = () => tally.end('stopped by a signal')
  stop.addEventListener('abort', onStop, { once: true })
  if (stop.aborted) onStop()
  const ticking = setInterval(tick, SECOND_MS)
  const deadline = request.amount === undefined ? setTimeout(() => tally.end(), request.durationMs) : undefined
  try {
    await autocannon.done
  } finally {
    stop.removeEventListener('abort', onStop)
    clearInterval(ticking)
    clearTimeout(deadline)
  }
  recorder.finish(clock.monotonic())
  const step = recorder.total.steps.get(STEP) ?? new StepFigures()
  return hitDocument(request, tally, step, watch.stop(0), { startedAt, durationMs: tally.endedMs - startedMs })
}

function hitDocument(
  { url, method, connections, pipelining }: HitRequest,
  { counts, reason }: Tally,
  step: StepFigures,
  health: GeneratorHealth,
  { startedAt, durationMs }: { readonly startedAt: number; readonly durationMs: number },
): HitDocument {
  const requests = stepDocument(step)
  const refusedSockets = requests.outcomes['sockets'] ?? 0
  const noSchedule = new Figures()
  return {
    format_version: 1,
    verdict: verdictOf({
      model: 'closed',
      total: noSchedule,
      health: [health],
      ledger: [],
      refusedSockets,
      aborted: reason,
    }),
    model: 'closed',
    executor: 'autocannon',
    target: nameOf(url),
    method,
    connections,
    pipelining,
    started_at: new Date(startedAt).toISOString(),
    duration_ms: durationMs,
    answers_per_second: durationMs > 0 ? (counts.answered / durationMs) * 1000 : 0,
    requests,
    failed: counts.failed,
  }
}
