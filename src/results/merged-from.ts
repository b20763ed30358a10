import type { Verdict } from '../engine/verdict.ts'

/** What a bundle was merged from. */
export interface MergedFrom {
  /** `parallel`: as if all had begun together. `sequential`: one after the other, in the order in which they began. */
  readonly mode: 'parallel' | 'sequential'
  /** Every run, those of bundles that were merged before among them; ascending by label. */
  readonly sources: readonly MergedSource[]
}

/** One run among those that were merged. */
export interface MergedSource {
  /** What its jobs' ids begin with: the run id, and a part of the digest where two runs have the same one. */
  readonly label: string
  readonly run_id: string
  /** SHA-256 over its `manifest.json` and its `traffic.json`, which names all its figures with theirs (digest.ts). */
  readonly digest: string
  readonly schedule_digest: string
  readonly scenario_digest: string
  /** Which of the merged document's segments; 0 where there are none. */
  readonly segment: number
  /** As the run itself had it. */
  readonly verdict: Verdict
}
