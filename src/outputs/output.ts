import type { Figures } from '../engine/figures.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'

/** Which second of the run a window is. */
export interface WindowMeta {
  /** From 0, without a gap. */
  readonly number: number
  /** Its beginning, wall-clock milliseconds since the epoch. */
  readonly startMs: number
  /** 1000, or less for the last. */
  readonly lengthMs: number
}

/**
 * Where a run's figures go while it runs. Neither call throws, rejects or waits for anybody: an output that cannot
 * deliver is reported once, what it could not take is counted, and the run goes on.
 */
export interface Output {
  /** Takes the next window of all shards together, and keeps nothing of it: its memory may be used again. */
  window(figures: Figures, meta: WindowMeta): void
  /** Delivers what is left and resolves, at the latest when the context's time is up. Null: the run has no figures. */
  close(document: TrafficDocument | null): Promise<void>
  readonly status: OutputStatus
}

export interface OutputStatus {
  readonly name: OutputName
  /** Without the secrets that a URL may hold. */
  readonly target: string
  /** Windows written, or pushes that were accepted. */
  readonly delivered: number
  /** Windows that could not be written, or pushes that were not accepted. */
  readonly lost: number
  /** The first reason; null where all went well. */
  readonly error: string | null
}

export const OUTPUT_NAMES = ['prometheus', 'otlp', 'csv', 'json'] as const
export type OutputName = (typeof OUTPUT_NAMES)[number]

export interface OutputContext {
  readonly runId: string
  readonly scenario: string
  readonly workload: string
  /** Told once of each output that does not work. */
  report(message: string): void
  /** `OTEL_EXPORTER_OTLP_HEADERS` is read from it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What one push and the closing may take. Default: 5 s. */
  readonly timeoutMs?: number
}

export const DEFAULT_TIMEOUT_MS = 5_000
