import { isAbsolute, join } from 'node:path'
import { InvalidInputError } from '../../errors.ts'
import type { LedgerEntry, ResultsDocument, ThresholdResult } from '../../results/documents.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { evaluateThresholds } from '../../thresholds/evaluate.ts'
import type { MetricSource } from '../../thresholds/metric-source.ts'
import type { Thresholds } from '../../thresholds/schema.ts'
import type { StopReason } from '../../thresholds/stop-reason.ts'
import { baselineRunsOf } from '../../thresholds/threshold.ts'
import type { WorkloadMetrics } from '../../thresholds/workload-metrics.ts'
import { bundleMetrics, runMetrics } from './bundle-metrics.ts'

export interface RunToJudge {
  readonly local: ObjectStore
  readonly metrics: WorkloadMetrics | undefined
  readonly ledger: readonly LedgerEntry[]
  readonly results: ResultsDocument
  readonly traffic: TrafficDocument | undefined
  readonly stopped: StopReason | undefined
  readonly baselines: ReadonlyMap<string, MetricSource>
}

/** How the scenario's thresholds came out. */
export async function judgeRun(thresholds: Thresholds, run: RunToJudge): Promise<ThresholdResult[]> {
  const { local, metrics = {}, ledger, results, traffic, stopped, baselines } = run
  const { source, windows } = await runMetrics(local, metrics, { ledger, results }, traffic)
  return evaluateThresholds(thresholds, source, { windows, baselines, stopped })
}

/** What earlier runs measured, of every bundle that a threshold is compared with. Throws InvalidInputError, which names them. */
export async function readBaselines(
  thresholds: Thresholds | undefined,
  resultsFolder: string,
): Promise<Map<string, MetricSource>> {
  const sources = new Map<string, MetricSource>()
  for (const run of thresholds ? baselineRunsOf(thresholds) : []) {
    const folder = isAbsolute(run) || run.includes('/') ? run : join(resultsFolder, run)
    try {
      sources.set(run, await bundleMetrics(folder))
    } catch (cause) {
      const message = `no whole bundle is there: ${whyNot(cause)}`
      throw new InvalidInputError('A baseline cannot be read:', [{ path: run, message }], { cause })
    }
  }
  return sources
}

function whyNot(cause: unknown): string {
  const [fault] = cause instanceof InvalidInputError ? cause.faults : []
  return fault ? `${fault.path} ${fault.message}` : (cause as Error).message
}
