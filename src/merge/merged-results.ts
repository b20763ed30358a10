import type { Cost, CostLine } from '../cost/cost-of.ts'
import { figuresOf } from '../report/figures.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../results/documents.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import type { WorkloadSummary } from '../workloads/workload.ts'
import { byLabel, type LabelledSource } from './labels.ts'
import { distinct, sum } from './merged-manifest.ts'

/** Every job under its new name, by run. Their outputs stay in the runs' own bundles. */
export function mergedLedger(sources: readonly LabelledSource[]): LedgerEntry[] {
  const entries = sources.flatMap((source) =>
    source.bundle.ledger.map((entry) => ({
      label: source.labelOf(entry.job_id),
      entry: {
        ...entry,
        job_id: source.rename(entry.job_id),
        ...{ output_key: null, output_sha256: null, output_bytes: null },
      },
    })),
  )
  return entries.toSorted(byLabel).map(({ entry }) => entry)
}

export interface MergedResultsInput {
  readonly manifest: Manifest
  readonly ledger: readonly LedgerEntry[]
  readonly traffic: TrafficDocument
  readonly summary: WorkloadSummary
  /** What the figures are worth, and the exit code of that. */
  readonly judged: Pick<ResultsDocument, 'verdict' | 'verdict_reason' | 'exit_code'>
}

/** `results.json` of several runs together, its thresholds not evaluated yet. */
export function mergedResults(sources: readonly LabelledSource[], input: MergedResultsInput): ResultsDocument {
  const { manifest, ledger, traffic, summary, judged } = input
  const results = sources.map(({ bundle }) => bundle.results)
  const { retries, ...measured } = figuresOf(ledger, () => [])
  const costs = results.flatMap(({ cost }) => cost ?? [])
  const { run_id, scenario, workload, seed, seeds, settings, scenario_digest, environment, runner, versions } = manifest
  return {
    ...{ run_id, scenario, workload, seed, settings, scenario_digest, environment, runner, versions },
    ...(seeds && { seeds }),
    ...judged,
    started_at: manifest.started_at,
    finished_at: results
      .map(({ finished_at }) => finished_at)
      .sort()
      .at(-1)!,
    resumed: sum(results.map(({ resumed }) => resumed)),
    ...measured,
    ...makespanOf(sources, measured.jobs.done),
    output: { objects: traffic.files.length, bytes: sum(traffic.files.map(({ bytes }) => bytes)) },
    deliveries: { ...deliveriesOf(results), retries },
    digest: null,
    ...(costs.length === results.length && { cost: addCosts(costs, measured.jobs.total) }),
    upload: null,
    summary: summary.data,
    summary_lines: summary.lines,
  }
}

/** Runs on several days have no makespan in common: that of the longest stands for all, as its critical path does. */
function makespanOf(sources: readonly LabelledSource[], done: number) {
  const [longest] = sources.toSorted((a, b) => b.bundle.results.makespan_ms - a.bundle.results.makespan_ms)
  const { makespan_ms, ideal_makespan_ms, critical_path } = longest.bundle.results
  return {
    ...{ makespan_ms, ideal_makespan_ms },
    jobs_per_second: makespan_ms > 0 ? (done / makespan_ms) * 1000 : 0,
    critical_path: critical_path.map((job) => ({ ...job, job_id: longest.rename(job.job_id) })),
  }
}

function deliveriesOf(results: readonly ResultsDocument[]): Omit<ResultsDocument['deliveries'], 'retries'> {
  const count = (name: keyof ResultsDocument['deliveries']) => sum(results.map(({ deliveries }) => deliveries[name]))
  return {
    ...{ duplicates: count('duplicates'), foreign: count('foreign'), malformed: count('malformed') },
    ...{ dead_lettered: count('dead_lettered'), resent: count('resent') },
  }
}

function addCosts(costs: readonly Cost[], jobs: number): Cost {
  const lines = new Map<string, CostLine>()
  for (const line of costs.flatMap((cost) => cost.lines)) {
    const key = `${line.service} ${line.unit}`
    const { quantity = 0, dollars = 0 } = lines.get(key) ?? {}
    lines.set(key, { ...line, quantity: quantity + line.quantity, dollars: dollars + line.dollars })
  }
  const dollars = sum(costs.map((cost) => cost.dollars))
  return {
    ...costs[0],
    is_billed: costs.some(({ is_billed }) => is_billed),
    region: distinct(costs.map(({ region }) => region)),
    lines: [...lines.values()],
    dollars,
    dollars_per_job: jobs > 0 ? dollars / jobs : null,
    dollars_per_thousand_jobs: jobs > 0 ? (dollars * 1000) / jobs : null,
  }
}
