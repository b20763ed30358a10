import type { StartedEnvironment } from '../environment/start-environment.ts'
import { version } from '../version.ts'
import type { Measurement } from './measure-all.ts'
import { type Outcome, outcomeStates } from './measure.ts'

/** `parity.json`: how one environment stood to AWS at one time. */
export interface ParityDocument {
  readonly environment: string
  readonly kind: string
  /** Null where the SDK knows it. */
  readonly endpoint: string | null
  readonly region: string
  /** ISO 8601, UTC. */
  readonly measured_at: string
  readonly turnaround_version: string
  /** Counts by service and state. */
  readonly services: Readonly<Record<string, ParityCounts>>
  readonly behaviours: readonly ParityEntry[]
}

export type ParityCounts = Readonly<Record<Outcome['state'], number>>

export interface ParityEntry {
  readonly id: string
  readonly service: string
  readonly sentence: string
  readonly state: Outcome['state']
  /** What differed, or why it was not looked at; null where it is as AWS. */
  readonly why: string | null
  readonly evidence: string
  readonly source: string
  readonly duration_ms: number
}

export function parityDocument(
  { name, kind, endpoint, region }: StartedEnvironment,
  measurements: readonly Measurement[],
  measuredAtMs: number,
): ParityDocument {
  const services: Record<string, Record<Outcome['state'], number>> = {}
  for (const { behaviour, outcome } of measurements) {
    services[behaviour.service] ??= noCounts()
    services[behaviour.service][outcome.state]++
  }
  return {
    environment: name,
    kind,
    endpoint: endpoint ?? null,
    region,
    measured_at: new Date(measuredAtMs).toISOString(),
    turnaround_version: version,
    services,
    behaviours: measurements.map(parityEntry),
  }
}

export function totalCounts({ services }: ParityDocument): ParityCounts {
  const total = noCounts()
  for (const counts of Object.values(services)) for (const state of outcomeStates) total[state] += counts[state]
  return total
}

function parityEntry({ behaviour, outcome, durationMs }: Measurement): ParityEntry {
  const { id, service, sentence, evidence, source } = behaviour
  const why = outcome.state === 'as AWS' ? null : outcome.why
  return { id, service, sentence, state: outcome.state, why, evidence, source, duration_ms: Math.round(durationMs) }
}

function noCounts(): Record<Outcome['state'], number> {
  return { 'as AWS': 0, differs: 0, 'not offered': 0, 'not measured': 0 }
}
