import { systemClock } from '../../../clock.ts'
import type { OutputStatus } from '../../../outputs/output.ts'
import { openOutputs } from '../../../outputs/open-outputs.ts'
import { createLiveTraffic, type LiveTraffic } from '../../../report/live/live-traffic.ts'
import type { TrafficDocument } from '../../../results/traffic-document.ts'
import type { MetricSource } from '../../../thresholds/metric-source.ts'
import type { StopReason } from '../../../thresholds/stop-reason.ts'
import { stopLagSeconds } from '../../../thresholds/limit-watch.ts'
import { watchThresholds } from '../../../thresholds/watch.ts'
import { shipEveryMs, TRAFFIC_MEANS } from '../../../workloads/traffic/means.ts'
import { isSearch } from '../../../workloads/traffic/plan.ts'
import { hasRefusals } from '../../../workloads/traffic/refusal.ts'
import type { Follower } from '../../../workloads/workload.ts'
import { decodeWindow } from '../bundle-metrics.ts'
import type { Estimate } from '../estimate-run.ts'
import type { RunContext } from '../run-context.ts'
import { REFUSED, type Stop } from '../stop.ts'
import { createLoadTime } from './load-time.ts'

/** Eyes on a run while it goes on: its limits, and of a traffic run its windows, thresholds, live view and outputs. */
export interface RunWatch {
  /** Undefined where the workload measures nothing while it runs. */
  readonly follower: Follower | undefined
  readonly live: LiveTraffic | undefined
  /** Aborts when a threshold, a limit or a refusal ends the run. */
  readonly stop: AbortSignal
  readonly reason: StopReason | undefined
  /** The agreed start of a gang's load, wall-clock milliseconds: limits of time and cost count from the first. */
  began(startAtMs: number): void
  /** Delivers what the outputs still hold; the first call counts. */
  close(traffic: TrafficDocument | null): Promise<readonly OutputStatus[]>
}

const LIMITS_EVERY_MS = 1_000

export async function watchRun(
  { prepared, objects, runId, options }: RunContext,
  { estimate, baselines }: { readonly estimate: Estimate; readonly baselines: ReadonlyMap<string, MetricSource> },
): Promise<RunWatch> {
  const { scenario, workload } = prepared
  const stopping = new AbortController()
  const loadTime = createLoadTime(prepared.graph.gangs.size > 0)
  const outputs = await openOutputs(options.out, {
    ...{ runId, scenario: scenario.name, workload: scenario.workload, env: process.env },
    report: (message) => options.tell(`${message}\n`),
  })
  const watch = watchThresholds({
    // Of a search they judge each step, and a step that fails them is what it looks for.
    ...{
      thresholds: isSearch(prepared.graph) ? {} : scenario.thresholds,
      limits: scenario.limits,
      traffic: workload.metrics?.traffic,
      baselines,
      lagSeconds: lagSeconds(prepared),
    },
    costSoFar: ({ elapsedMs }) => estimate.cost.dollars * (elapsedMs / 1000 / Math.max(estimate.seconds, 1)),
  })
  const live = workload.follow ? createLiveTraffic(totalOf(prepared)) : undefined
  let originMs: number | undefined
  let closing: Promise<readonly OutputStatus[]> | undefined

  function end(reason: Stop | undefined): void {
    if (reason && !stopping.signal.aborted) stopping.abort(reason)
  }

  const follower = workload.follow?.(scenario.settings, {
    objects,
    onWindow(window) {
      const { number, figures } = decodeWindow(window)
      originMs ??= systemClock.now() - (number + 1) * 1000
      live?.add(figures)
      end(hasRefusals(figures) ? REFUSED : watch.add(number, figures))
      live?.judge(watch.standing())
      const meta = { number, startMs: originMs + number * 1000, lengthMs: 1000 }
      outputs.window(figures, meta)
    },
  })
  async function close(traffic: TrafficDocument | null): Promise<readonly OutputStatus[]> {
    clearInterval(timer)
    await outputs.close(traffic)
    return outputs.statuses
  }

  function lookAtTime(): void {
    const elapsedMs = loadTime.elapsedMs()
    if (elapsedMs !== undefined) end(watch.elapsed(elapsedMs))
  }

  const timer = setInterval(lookAtTime, LIMITS_EVERY_MS)
  return {
    follower,
    live,
    stop: stopping.signal,
    get reason() {
      return watch.reason
    },
    began: loadTime.began,
    close: (traffic) => (closing ??= close(traffic)),
  }
}

function lagSeconds({ graph }: RunContext['prepared']): number {
  const largestGang = Math.max(1, ...[...graph.gangs.values()].map((members) => members.length))
  return stopLagSeconds(shipEveryMs(TRAFFIC_MEANS, largestGang) / 1000)
}

function totalOf({ workload, scenario }: RunContext['prepared']): { readonly totalMs?: number } {
  const totalMs = workload.loadMs?.(scenario.settings, scenario.seed)
  return totalMs === undefined ? {} : { totalMs }
}
