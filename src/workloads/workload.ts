import type { z } from 'zod'
import type { TargetRules } from '../environment/allowed-target.ts'
import type { Figures } from '../engine/figures.ts'
import type { MergedWindow } from '../engine/window-merger.ts'
import type { Json } from '../results/canonical-json.ts'
import type { ObjectStore, ResultStores, StoredObject } from '../results/stores.ts'
import type { Thresholds } from '../thresholds/schema.ts'
import type { LoadDescription } from './traffic/describe-load.ts'
import type { RunOfExtra } from './traffic/spec.ts'
import type { TagValues } from '../thresholds/unknown-tag-values.ts'
import type { WorkloadMetrics } from '../thresholds/workload-metrics.ts'

/**
 * A kind of scenario. Each workload is one folder with the same files: `schema.ts` (its part of a scenario),
 * `plan.ts` (scenario → jobs, pure), `process.ts` (one job), `summarize.ts` (what its results say) and `index.ts`
 * (this object). A new workload is a new folder and one line in `registry.ts`.
 */
export interface Workload<Settings = unknown> {
  readonly name: string
  /** The workload's own part of a scenario, found there under the workload's name. Collects every fault. */
  readonly schema: z.ZodType<Settings>
  /** False where results are measurements: the run then digests its plan instead of its results. */
  readonly deterministic: boolean
  /** `retry`: any job may run twice. `never`: a second delivery completes as lost. */
  readonly redelivery: 'retry' | 'never'
  /** Changes whenever a draw changes, so that two digests are only compared where they may be equal. */
  readonly generatorVersion: number
  /** Prefixes, relative to the run's folder, of the objects that make up the results digest. */
  readonly resultPrefixes: readonly string[]
  /** What its scenarios' thresholds can be about. Default: its jobs. */
  readonly metrics?: WorkloadMetrics
  /** Values that tags of its thresholds can have, of tags of which all are known before the run. Default: of none. */
  tagValues?(settings: Settings): TagValues | undefined
  /** `thresholds`: of the scenario, for plans in which jobs decide by them what comes next. */
  plan(settings: Settings, seed: number, thresholds?: Thresholds): Plan
  /** What one job is likely to take, for estimates made before the run. Rough, and rather too much. Default: nothing. */
  expect?(job: PlannedJob): Expectation
  /** How long its load goes on, from the agreed start to the last start. Default: it makes none. */
  loadMs?(settings: Settings, seed: number): number
  /** What its load will be, known before it begins; makes every start of it. Default: it makes none. */
  describe?(settings: Settings, seed: number): LoadDescription
  /** What the scenario would do to others: held against the limits of the environment. Default: nothing. */
  demands?(settings: Settings): Demands
  process(job: Job, context: ProcessContext): Promise<StoredObject>
  /**
   * Records in place of a job of a gang that it will never end: its host is gone, or the gang never began. Repeating it,
   * anywhere, is harmless. Needed where `redelivery` is `never`.
   */
  recordLost?(job: Job, lost: LostJob): Promise<StoredObject>
  /** Follows a run's gangs while they work. Default: nobody watches. */
  follow?(settings: Settings, options: FollowOptions): Follower
  /** What it has to say of a whole traffic run beyond the figures; asked again where runs are merged. Default: nothing. */
  extra?(figures: Figures, run: RunOfExtra<Settings>): { readonly [name: string]: Json }
  /** What the results say, for the summary, the results document and the report. Reads local files only. */
  summarize(settings: Settings, stores: ResultStores): Promise<WorkloadSummary>
}

export interface LostJob {
  readonly reason: string
  readonly stores: ResultStores
  /** The gang had agreed on its start. */
  readonly began: boolean
  /** The run was ended before the gang had begun, and `reason` says why. */
  readonly stopped: boolean
  /** Who had the job; null where nobody ever did. */
  readonly host: string | null
}

export interface FollowOptions {
  /** The run's folder. */
  readonly objects: ObjectStore
  /** Windows of all shards together, in order. */
  readonly onWindow: (window: MergedWindow) => void
}

export interface Follower {
  /** The job has shipped this many batches of windows by now: reads those that are new. Calls do not overlap for one job. */
  shipped(jobId: string, batches: number): Promise<void>
  /** Nothing more will come from this job. */
  ended(jobId: string): void
}

export interface Expectation {
  readonly outputBytes: number
  /** On one core. */
  readonly processingMs: number
}

export interface Demands {
  /** The highest rate at which a target is called. */
  readonly ratePerSecond?: number
  readonly durationSeconds?: number
  /** What `target(name)` is asked for, e.g. `relay`, or a URL. */
  readonly targets?: readonly string[]
  /** Settings of the stand-ins that a local run starts in place of targets it does not know, by their names. */
  readonly standIns?: { readonly [target: string]: { readonly [setting: string]: number } }
}

export interface Plan {
  /** In any order; needs are checked by the job graph. Iterated once. */
  readonly jobs: Iterable<PlannedJob>
  /** Objects that exist before the first job, e.g. `sequences/7.json`; keys relative to the run's folder. */
  readonly documents: Iterable<{ readonly key: string; readonly body: string }>
}

export interface PlannedJob {
  /** Unique in the run, derived from the scenario: `^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`. */
  readonly jobId: string
  readonly kind: string
  /** Job ids that must be done first. */
  readonly needs: readonly string[]
  /** All the processor needs beyond the run's id; travels in the message. */
  readonly details: { readonly [name: string]: Json }
  /** Jobs of one gang work at the same time, from one agreed instant on; they have the same needs. */
  readonly gang?: Gang
}

export interface Gang {
  /** Unique in the run. */
  readonly name: string
  /** Jobs in it. */
  readonly size: number
}

/** A job as a processor sees it: the message, parsed. */
export interface Job {
  readonly jobId: string
  readonly kind: string
  readonly details: { readonly [name: string]: Json }
}

export interface ProcessContext {
  /** Undefined for a bare synthetic message, which belongs to no run. */
  readonly runId: string | undefined
  /** When the message was first sent, wall-clock milliseconds: the same for every delivery. */
  readonly sentAtMs: number
  readonly stores: ResultStores
  /**
   * Keeps what is expensive to load and never changes, per thread and within a budget; `weigh` answers its bytes.
   * The least recently used goes first.
   */
  remember<T>(key: string, load: () => Promise<T>, weigh: (value: T) => number): Promise<T>
  sleep(ms: number): Promise<void>
  /** The URL of a system under test, as the environment knows it. Throws an error that names the places looked at. */
  target(name: string): Promise<string>
  /** Where load may go, as the run was admitted; undefined: anywhere. */
  readonly targetRules?: TargetRules | undefined
  /** Names this host. */
  readonly host: string
  /** Of a job that belongs to a gang. */
  readonly gang?: GangMember
}

/** A gang as one of its jobs sees it. */
export interface GangMember {
  /** Says that this job could begin now, and resolves when all could: with the agreed instant, or why it will never be. */
  ready(): Promise<GangStart>
  /** Aborts, with the reason as a string, when the gang is asked to stop. */
  readonly stop: AbortSignal
  /** Batches of windows that this job has stored so far. Whoever follows the run reads them then. */
  shipped(batches: number): Promise<void>
}

export type GangStart =
  | {
      readonly state: 'go'
      /** Wall-clock milliseconds of this host's clock. */
      readonly startAtMs: number
      /** This host's clock minus the coordinator's, and how far that may be wrong. */
      readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number }
    }
  | { readonly state: 'cancelled'; readonly reason: string }
  /** The run is ended before its time. */
  | { readonly state: 'stopped'; readonly reason: string }

export interface WorkloadSummary {
  /** Rows for the terminal: label and text. */
  readonly lines: readonly { readonly label: string; readonly text: string }[]
  /** The same as data, for `results.json`. */
  readonly data: { readonly [name: string]: Json }
  /** Charts for the report, drawn generically. */
  readonly charts: readonly Chart[]
}

/** A picture as data: the report draws it, the workload knows what it means. */
export interface Chart {
  readonly title: string
  /** One sentence: how to read it. */
  readonly note: string
  readonly kind: 'line' | 'bar'
  readonly xLabel: string
  readonly yLabel: string
  /** Category names or numbers, shared by all series. */
  readonly x: readonly (string | number)[]
  readonly series: readonly { readonly name: string; readonly y: readonly (number | null)[] }[]
}
