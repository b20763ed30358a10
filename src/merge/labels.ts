import type { MergedSource } from '../results/merged-from.ts'
import type { Source } from './sources.ts'

/** A bundle whose runs have names that no other run among those merged has. */
export interface LabelledSource extends Source {
  /** The run that a job belonged to, by its new label. */
  labelOf(jobId: string): string
  /** `shard-0` as `mine.shard-0`. */
  rename(jobId: string): string
}

/** Not in a run id, and so between a label and a job's own id. */
const SEPARATOR = '.'
const DIGEST_CHARACTERS = 8

/** Two runs may have one id, as those of two machines that began in the same second: their labels end in their digests. */
export function labelled(sources: readonly Source[]): LabelledSource[] {
  const times = new Map<string, number>()
  for (const { run_id } of sources.flatMap(({ runs }) => runs)) times.set(run_id, (times.get(run_id) ?? 0) + 1)
  const labelOf = ({ run_id, digest }: MergedSource) =>
    times.get(run_id) === 1 ? run_id : `${run_id}_${digest.slice(0, DIGEST_CHARACTERS)}`
  return sources.map((source) => relabelled(source, labelOf))
}

function relabelled(source: Source, newLabel: (run: MergedSource) => string): LabelledSource {
  const runs = source.runs.map((run) => ({ ...run, label: newLabel(run) }))
  if (!source.bundle.manifest.merged) {
    const [{ label }] = runs
    return { ...source, runs, labelOf: () => label, rename: (jobId) => label + SEPARATOR + jobId }
  }
  const labels = new Map(source.runs.map(({ label }, at) => [label, runs[at].label]))
  const split = (jobId: string): [label: string, own: string] => {
    const at = jobId.indexOf(SEPARATOR)
    const old = jobId.slice(0, at)
    return [labels.get(old) ?? old, jobId.slice(at + 1)]
  }
  return {
    ...source,
    runs,
    labelOf: (jobId) => split(jobId)[0],
    rename: (jobId) => split(jobId).join(SEPARATOR),
  }
}

export function byLabel(a: { readonly label: string }, b: { readonly label: string }): number {
  return a.label < b.label ? -1 : a.label > b.label ? 1 : 0
}
