import { createLogUpdate } from 'log-update'
import type { JobGraph } from '../../jobs/graph.ts'
import type { Scheduler } from '../../jobs/scheduler.ts'
import { advance, createProgress, renderLive, renderPlain } from '../../report/progress.ts'

const LIVE_MS = 200
const PLAIN_MS = 2_000

/** Shows how the run goes, on stderr: redrawn on a terminal, a line every 2 s elsewhere. Answers a function that ends it. */
export function showProgress(graph: JobGraph, scheduler: Scheduler): () => void {
  const stream = process.stderr
  const live = stream.isTTY ? createLogUpdate(stream) : undefined
  const startedAt = performance.now()
  let state = createProgress(Object.fromEntries(graph.countByKind))

  function show(): void {
    const progress = scheduler.progress()
    state = advance(state, {
      type: 'progress',
      ...progress,
      doneByKind: Object.fromEntries(progress.doneByKind),
      elapsedMs: performance.now() - startedAt,
    })
    if (live) live(`\n${renderLive(state, stream.columns)}\n`)
    else stream.write(`${renderPlain(state)}\n`)
  }

  const timer = setInterval(show, live ? LIVE_MS : PLAIN_MS)
  return () => {
    clearInterval(timer)
    show()
    live?.done()
  }
}
