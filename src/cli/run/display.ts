import { createLogUpdate } from 'log-update'
import type { JobGraph } from '../../jobs/graph.ts'
import type { Scheduler } from '../../jobs/scheduler.ts'
import type { LiveTraffic } from '../../report/live/live-traffic.ts'
import { renderLiveTraffic, renderLiveTrafficPlain } from '../../report/live/render-live-traffic.ts'
import { advance, createProgress, renderLive, renderPlain } from '../../report/progress.ts'

const LIVE_MS = 200
const PLAIN_MS = 2_000

/** What is shown at the moment: lines that are redrawn, or one for logs and pipes. Undefined: nothing is new. */
interface View {
  live(width: number, color: boolean): string
  plain(): string | undefined
}

/** Shows how the run goes, on stderr: redrawn on a terminal, a line every 2 s elsewhere. Answers a function that ends it. */
export function showProgress(graph: JobGraph, scheduler: Scheduler, traffic: LiveTraffic | undefined): () => void {
  const view = traffic ? trafficView(traffic, scheduler) : jobsView(graph, scheduler)
  const stream = process.stderr
  const live = stream.isTTY ? createLogUpdate(stream) : undefined

  function show(): void {
    if (live) return live(`\n${view.live(stream.columns, !process.env.NO_COLOR)}\n`)
    const line = view.plain()
    if (line !== undefined) stream.write(`${line}\n`)
  }

  const timer = setInterval(show, live ? LIVE_MS : PLAIN_MS)
  return () => {
    clearInterval(timer)
    show()
    live?.done()
  }
}

function jobsView(graph: JobGraph, scheduler: Scheduler): View {
  const startedAt = performance.now()
  let state = createProgress(Object.fromEntries(graph.countByKind))

  function next() {
    const progress = scheduler.progress()
    return (state = advance(state, {
      type: 'progress',
      ...progress,
      doneByKind: Object.fromEntries(progress.doneByKind),
      elapsedMs: performance.now() - startedAt,
    }))
  }

  return { live: (width) => renderLive(next(), width), plain: () => renderPlain(next()) }
}

/** Before the first second of load, what the gang waits for is all there is to tell. */
function trafficView(traffic: LiveTraffic, scheduler: Scheduler): View {
  let told = ''

  function phase(): string {
    const gangs = [...scheduler.progress().gangs].map(([name, state]) => `${name}: ${state}`)
    return gangs.at(-1) ?? 'load: waiting'
  }

  return {
    live: (width, color) =>
      traffic.seconds === 0 ? `  ${phase()}` : renderLiveTraffic(traffic, width, color).join('\n'),
    plain() {
      const line = traffic.seconds === 0 ? phase() : renderLiveTrafficPlain(traffic)
      const isNew = line !== told
      told = line
      return isNew ? line : undefined
    },
  }
}
