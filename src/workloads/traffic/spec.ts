import type { Figures } from '../../engine/figures.ts'
import type { ShardLimits } from '../../engine/load-loop.ts'
import type { TargetRules } from '../../environment/allowed-target.ts'
import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import type { MergedWindow } from '../../engine/window-merger.ts'
import type { Json } from '../../results/canonical-json.ts'
import type { TrafficNames } from '../../thresholds/traffic-definitions.ts'
import type { TagValues } from '../../thresholds/unknown-tag-values.ts'
import { compileLoad, type LoadSettings } from './load-settings.ts'

/** What one traffic workload adds to what all of them share. All functions are pure. */
export interface TrafficSpec<Settings extends LoadSettings = LoadSettings> {
  /** Its name in the registry. */
  readonly workload: string
  /** What its thresholds can be about. */
  readonly metrics: TrafficNames
  /** What its steps and checks are called, where the scenario alone says so; undefined: not known before they run. */
  tagValues?(settings: Settings): TagValues | undefined
  /** Settings of the target's stand-in, where a local run starts one. */
  standIn?(settings: Settings): { readonly [setting: string]: number } | undefined
  /** URL of a module that exports `createIterate` (engine/worker/protocol.ts). */
  readonly module: string
  /**
   * Handed to the module; can be cloned. `targetUrl` is what the environment knows under `target`; `rules` say where else
   * load may go, and undefined that nothing says so.
   */
  dataFor(settings: Settings, targetUrl: string, rules: TargetRules | undefined): unknown
  /** What `context.target` is asked for: a name or a URL. */
  target(settings: Settings): string
  /** URLs that requests go to beside the target, as far as they are known beforehand. */
  otherTargets?(settings: Settings): readonly string[]
  /** What the target is called in documents, without secrets. Default: `target` without user, password and query. */
  describeTarget?(settings: Settings): string
  /** Default: `compileLoad`. */
  load?(settings: Settings): ExecutorSettings
  /** Of the load loop. */
  readonly limits?: ShardLimits
  /** What the workload has to say of a whole run beyond the figures: `extra` of the traffic document. */
  extra?(figures: Figures, run: RunOfExtra<Settings>): { readonly [name: string]: Json }
  /** Requests of one iteration, about: for estimates. Default 1. */
  requestsPerIteration?(settings: Settings): number
  /** How long an iteration takes a user at the least, think time included, milliseconds: bounds the rate of a closed load. */
  iterationMs?(settings: Settings): number | undefined
}

export interface RunOfExtra<Settings> {
  readonly settings: Settings
  readonly durationMs: number
  /** The highest of each level. */
  readonly levels: ReadonlyMap<string, number>
  /** In the order of their numbers. */
  readonly windows: Iterable<MergedWindow>
}

/** The load as an executor's settings. */
export function loadOf<Settings extends LoadSettings>(
  spec: Pick<TrafficSpec<Settings>, 'load'>,
  settings: Settings,
): ExecutorSettings {
  return spec.load?.(settings) ?? compileLoad(settings)
}

/** A target's name or URL as it may be shown. */
export function showTarget(target: string): string {
  if (!URL.canParse(target)) return target
  const { origin, protocol, host, pathname } = new URL(target)
  const place = origin === 'null' ? `${protocol}//${host}` : origin // of ws: and others, URL knows no origin
  return `${place}${pathname === '/' ? '' : pathname}`
}
