import type { Cost } from '../../cost/cost-of.ts'
import { worstExitCode, type ExitCode } from '../../exit-codes.ts'
import type { Figures } from '../../report/figures.ts'
import type { Manifest, ResultsDocument, Verdict } from '../../results/documents.ts'
import type { ResultUploader } from '../../results/uploader.ts'
import type { WorkloadSummary } from '../../workloads/workload.ts'
import type { RunEnd } from './collect-results.ts'

/** Before its end, or not. */
export type Stopped = 'no' | 'by a signal' | 'by a limit'

/** What a run came to. `upload` says where it will be; whether it got there is known later. */
export function resultsDocument(
  { run, counts, stopped, finishedAtMs }: RunEnd,
  found: {
    readonly manifest: Manifest
    readonly figures: Figures
    readonly summary: WorkloadSummary
    readonly digest: string | null
    readonly cost: Cost
    readonly uploader: ResultUploader | undefined
  },
): ResultsDocument {
  const { manifest, figures, summary, digest, cost, uploader } = found
  const { retries, ...measured } = figures
  const document: ResultsDocument = {
    run_id: run.runId,
    scenario: run.scenario,
    workload: run.workload,
    seed: run.seed,
    settings: manifest.settings,
    scenario_digest: manifest.scenario_digest,
    environment: manifest.environment,
    runner: manifest.runner,
    versions: manifest.versions,
    ...verdictOf(figures, stopped),
    started_at: new Date(run.startedAtMs).toISOString(),
    finished_at: new Date(finishedAtMs).toISOString(),
    resumed: run.resumed,
    ...measured,
    deliveries: {
      duplicates: counts.duplicates,
      foreign: counts.foreign,
      retries,
      malformed: counts.malformed,
      dead_lettered: counts.deadLettered,
      resent: counts.resent,
    },
    digest,
    cost,
    upload: null,
    summary: summary.data,
    summary_lines: summary.lines,
  }
  return { ...document, upload: uploader === undefined ? null : { url: uploader.urlOf(document), error: null } }
}

function verdictOf(
  { jobs }: Figures,
  stopped: Stopped,
): { verdict: Verdict; verdict_reason: string; exit_code: ExitCode } {
  const codes: ExitCode[] = []
  if (jobs.open > 0) codes.push(stopped === 'by a limit' ? 96 : 105)
  if (jobs.failed + jobs.blocked > 0) codes.push(95)
  const exit_code = worstExitCode(codes)
  if (jobs.done === jobs.total) return { verdict: 'valid', verdict_reason: `all ${jobs.total} jobs done`, exit_code }
  const reason = [
    ...(jobs.failed > 0 ? [`${jobs.failed} failed`] : []),
    ...(jobs.blocked > 0 ? [`${jobs.blocked} blocked by them`] : []),
    ...(jobs.open > 0 ? [`${jobs.open} not finished`] : []),
    ...(stopped === 'by a limit' ? ['stopped at the longest a run may take there (caps.duration-minutes)'] : []),
  ]
  return {
    verdict: stopped === 'no' ? 'incomplete' : 'aborted',
    verdict_reason: `of ${jobs.total} jobs ${reason.join(', ')}`,
    exit_code,
  }
}
