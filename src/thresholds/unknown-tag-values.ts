import { didYouMean } from '../nearest.ts'
import { GrammarError } from './grammar-error.ts'
import { parseMetricKey } from './metric-key.ts'
import type { ThresholdFault } from './threshold-faults.ts'

/** Values that a tag can have, of tags of which all are known before the run: `{ step: ['search', 'checkout'] }`. */
export interface TagValues {
  readonly [tag: string]: readonly string[]
}

/**
 * Thresholds on a part that nothing of the scenario will ever count under: such a part has no data at the end, or counts 0
 * for ever. Keys that cannot be read are somebody else's fault, and passed over.
 */
export function unknownTagValues(thresholds: object, known: TagValues): ThresholdFault[] {
  return Object.keys(thresholds).flatMap((metric) =>
    Object.entries(tagsOf(metric)).flatMap(([tag, value]) => {
      const values = Object.hasOwn(known, tag) ? known[tag] : undefined
      if (values === undefined || values.includes(value)) return []
      const list = values.length === 0 ? 'it has none' : `known: ${[...new Set(values)].join(', ')}`
      return [
        {
          path: [metric],
          message: `${value} is no ${tag} of this scenario${didYouMean(value, values) || ';'} ${list}`,
        },
      ]
    }),
  )
}

function tagsOf(metric: string): { readonly [tag: string]: string } {
  try {
    return parseMetricKey(metric).tags
  } catch (error) {
    if (error instanceof GrammarError) return {}
    throw error
  }
}
