import { printMetricKey, type Tags } from './metric-key.ts'
import type { MetricSource } from './metric-source.ts'
import { TOTAL, type Threshold } from './threshold.ts'

/** One part of a metric that a threshold is evaluated on. */
export interface Instance {
  readonly tags: Tags
  /** For results: as written, the scope's own tag added. */
  readonly metric: string
}

/** The parts that a source knows: the one that is named, or one for each value of the scope. */
export function instancesOf({ key, metric, scope }: Threshold, source: MetricSource): Instance[] {
  if (scope === TOTAL) return [{ tags: key.tags, metric }]
  return source.valuesOf(key.name, scope).map((value) => {
    const tags = { ...key.tags, [scope]: value }
    return { tags, metric: printMetricKey({ name: key.name, tags }) }
  })
}
