import { InvalidInputError } from '../../errors.ts'
import { worstExitCode, type ExitCode } from '../../exit-codes.ts'
import type { ResultsDocument, ThresholdResult } from '../../results/documents.ts'
import type { Bundle } from '../../results/read-bundle.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { STOPPED_THE_RUN } from '../../thresholds/evaluate.ts'
import type { Thresholds } from '../../thresholds/schema.ts'
import type { WorkloadMetrics } from '../../thresholds/workload-metrics.ts'
import { judgeRun, readBaselines } from '../run/judge-run.ts'
import { trafficVerdict, withThresholds } from '../run/results-document.ts'

export interface Judged {
  readonly results: ResultsDocument
  /** What a reader of the thresholds should know. */
  readonly notes: readonly string[]
}

/**
 * The results of a bundle with thresholds evaluated anew: those given, else the run's own. Those whose baseline is not here
 * stay as the run judged them.
 */
export async function judgeAgain(
  bundle: Bundle,
  options: {
    readonly given: Thresholds | undefined
    readonly metrics: WorkloadMetrics | undefined
    /** Where baselines are looked for. */
    readonly resultsFolder: string
  },
): Promise<Judged> {
  const { given, metrics, resultsFolder } = options
  const { local, manifest, results, ledger, traffic } = bundle
  // The scenario's judged each step of a search, and made it: of the whole they say nothing.
  const thresholds = given ?? (traffic?.search ? undefined : manifest.thresholds)
  if (!thresholds) return { results, notes: [] }
  try {
    const baselines = await readBaselines(thresholds, resultsFolder)
    const run = { local, metrics, ledger, results, traffic, stopped: undefined, baselines }
    const judged = keepStopping(await judgeRun(thresholds, run), results.thresholds)
    const exit_code = worstExitCode(codesWithoutThresholds(results, traffic))
    return { results: withThresholds({ ...results, exit_code }, judged), notes: [] }
  } catch (error) {
    if (given || !results.thresholds || !(error instanceof InvalidInputError)) throw error
    return { results, notes: [`${error.message}\nthe thresholds are shown as the run itself judged them`] }
  }
}

/** All that a run ends with beside its thresholds: they may hold now. */
export function codesWithoutThresholds(
  { jobs, exit_code, upload }: ResultsDocument,
  traffic: TrafficDocument | undefined,
): ExitCode[] {
  const unsent: ExitCode[] = upload?.error == null ? [] : [89]
  if (traffic && jobs.done === jobs.total) return [trafficVerdict(traffic).exit_code, ...unsent]
  // Of a run that was stopped the code says why; nothing that thresholds add comes before it.
  const stopped = jobs.open > 0 ? [exit_code] : []
  return [...stopped, ...(jobs.failed + jobs.blocked > 0 ? ([95] as const) : []), ...unsent]
}

/** What ended the run has failed, whatever the figures came to afterwards. */
function keepStopping(
  judged: readonly ThresholdResult[],
  before: readonly ThresholdResult[] = [],
): readonly ThresholdResult[] {
  const stopping = before.find(({ note }) => note?.startsWith(STOPPED_THE_RUN))
  if (!stopping) return judged
  return judged.map((result) => {
    const isIt = result.metric === stopping.metric && result.expression === stopping.expression
    return isIt ? { ...result, ok: false, note: stopping.note } : result
  })
}
