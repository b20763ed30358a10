import type { Cost } from '../../cost/cost-of.ts'
import { worstExitCode, type ExitCode } from '../../exit-codes.ts'
import type { Figures } from '../../report/figures.ts'
import type { Manifest, ResultsDocument, ThresholdResult } from '../../results/documents.ts'
import type { ResultUploader } from '../../results/uploader.ts'
import type { WorkloadSummary } from '../../workloads/workload.ts'
import type { RunEnd } from './collect-results.ts'
import { parseStopLine, stopExitCode, type Stop } from './stop.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { viewVerdict } from '../../report/traffic-verdict.ts'

/** What a run came to. `upload` says where it will be; whether it got there is known later. */
export function resultsDocument(
  { run, counts, stopped, finishedAtMs, clockJumpMs }: RunEnd,
  found: {
    readonly manifest: Manifest
    readonly figures: Figures
    readonly summary: WorkloadSummary
    readonly digest: string | null
    readonly cost: Cost
    readonly uploader: ResultUploader | undefined
    readonly traffic: TrafficDocument | undefined
  },
): ResultsDocument {
  const { manifest, figures, summary, digest, cost, uploader, traffic } = found
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
    ...(traffic && isAllDone(figures) ? trafficVerdict(traffic) : jobsVerdict(figures, stopped)),
    started_at: new Date(run.startedAtMs).toISOString(),
    finished_at: new Date(finishedAtMs).toISOString(),
    ...(clockJumpMs !== undefined && { clock_jump_ms: clockJumpMs }),
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

type Judged = Pick<ResultsDocument, 'verdict' | 'verdict_reason' | 'exit_code'>

/** The document with how its thresholds came out: one that fails is told by the exit code, not by the verdict. */
export function withThresholds(document: ResultsDocument, thresholds: readonly ThresholdResult[]): ResultsDocument {
  const failed = thresholds.some(({ ok }) => !ok)
  return { ...document, thresholds, exit_code: worstExitCode([document.exit_code, ...(failed ? [99 as const] : [])]) }
}

function isAllDone({ jobs }: Figures): boolean {
  return jobs.done === jobs.total
}

function jobsVerdict(figures: Figures, stopped: Stop | undefined): Judged {
  const { jobs } = figures
  const codes: ExitCode[] = []
  if (jobs.open > 0) codes.push(stopped ? stopExitCode(stopped) : 105)
  if (jobs.failed + jobs.blocked > 0) codes.push(95)
  const exit_code = worstExitCode(codes)
  if (isAllDone(figures)) return { verdict: 'valid', verdict_reason: `all ${jobs.total} jobs done`, exit_code }
  const reason = [
    ...(jobs.failed > 0 ? [`${jobs.failed} failed`] : []),
    ...(jobs.blocked > 0 ? [`${jobs.blocked} blocked by them`] : []),
    ...(jobs.open > 0 ? [`${jobs.open} not finished`] : []),
    ...(stopped && stopped.kind !== 'signal' ? [stopped.text] : []),
  ]
  return {
    verdict: stopped ? 'aborted' : 'incomplete',
    verdict_reason: `of ${jobs.total} jobs ${reason.join(', ')}`,
    exit_code,
  }
}

/** Every job of a traffic run may be done and its figures still worth little: what they are worth is said here. */
export function trafficVerdict({ verdict, all_steps: all }: TrafficDocument): Judged {
  const { state, sentence, details } = viewVerdict(verdict)
  const codes: ExitCode[] = []
  if (verdict.state === 'incomplete') codes.push(91)
  if (verdict.state === 'saturated') codes.push(90)
  if (verdict.state === 'aborted') {
    codes.push(stopExitCode(parseStopLine(verdict.reason)))
    if (verdict.exceeded.length > 0) codes.push(90)
  }
  // A step says itself which answers it expects: a run without a single one of them is no success, thresholds or not.
  const isFruitless = all.count > 0 && all.ok === 0
  if (isFruitless) codes.push(99)
  const reasons = [sentence, ...details, ...(isFruitless ? [`every step failed, ${all.count} of ${all.count}`] : [])]
  return { verdict: state, verdict_reason: reasons.join('; '), exit_code: worstExitCode(codes) }
}
