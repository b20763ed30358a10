import type { Percentiles } from '../results/stores.ts'
import type { MetricCatalog } from './catalog.ts'
import type { MetricSource } from './metric-source.ts'

const DELAY = 'delay_in_minutes'
const SEQUENCE = 'sequence'

const MEMBERS: readonly (readonly [percent: number, member: keyof Percentiles])[] = [
  [50, 'percentile_50'],
  [75, 'percentile_75'],
  [90, 'percentile_90'],
  [95, 'percentile_95'],
  [99, 'percentile_99'],
  [99.5, 'percentile_99.5'],
  [99.9, 'percentile_99.9'],
]

/** Delay on landing home, of each sequence: percentiles of several are no percentile of all, so nothing adds them up. */
export const delayCatalog: MetricCatalog = {
  metrics: new Map([
    [
      DELAY,
      {
        type: 'trend',
        tags: [SEQUENCE],
        isLive: false,
        percentiles: MEMBERS.map(([percent]) => percent),
        needs: SEQUENCE,
      },
    ],
  ]),
  isOpen: false,
}

/** The merged percentiles as metrics, in minutes. */
export function delayMetrics(merged: ReadonlyMap<number, Percentiles>): MetricSource {
  return {
    find(name, tags) {
      if (name !== DELAY) return undefined
      const known = merged.get(Number(tags[SEQUENCE]))
      const values = new Map(known && MEMBERS.map(([percent, member]) => [percent, known[member]]))
      return { type: 'trend', form: 'percentiles', values }
    },
    names: () => [DELAY],
    valuesOf: (name, tag) => (name === DELAY && tag === SEQUENCE ? [...merged.keys()].map(String) : []),
  }
}
