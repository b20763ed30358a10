import type { Tags } from './metric-key.ts'
import type { Reading } from './reading.ts'

/** Where thresholds find their numbers. */
export interface MetricSource {
  /** What is known of a metric's part with these tags; undefined where it knows no such metric. */
  find(name: string, tags: Tags): Reading | undefined
  /** Of metrics it has, for "did you mean". */
  names(): readonly string[]
  /** The values a metric's tag has, for scopes. */
  valuesOf(name: string, tag: string): readonly string[]
}

/** Several as one; the first that knows a metric answers. */
export function combineSources(...sources: readonly MetricSource[]): MetricSource {
  return {
    find(name, tags) {
      for (const source of sources) {
        const reading = source.find(name, tags)
        if (reading) return reading
      }
      return undefined
    },
    names: () => [...new Set(sources.flatMap((source) => source.names()))],
    valuesOf: (name, tag) => [...new Set(sources.flatMap((source) => source.valuesOf(name, tag)))],
  }
}
