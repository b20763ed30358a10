import type { Figures, StepFigures } from '../../engine/figures.ts'
import type { Json } from '../../results/canonical-json.ts'
import type { OverTime } from './latency-over-time.ts'
import type { RelaySettings } from './schema.ts'

export type Block = { readonly [name: string]: Json }

/** What blocks of the result document are made from. */
export interface BlockInput {
  readonly figures: Figures
  readonly settings: RelaySettings
  readonly time: OverTime
  count(name: string): number
}

export function outcomeCounts(step: StepFigures | undefined): Block {
  const used = [...(step?.outcomes ?? [])].filter(([, { responseTime }]) => responseTime.count > 0)
  const counts = used.map(([name, { responseTime }]) => [name, responseTime.count] as const)
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Three decimals; null of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 100_000) / 1000
}
