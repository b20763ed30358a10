import { formatCount } from './format.ts'
import type { ResultsDocument } from '../results/documents.ts'

/** What failed how often, the most frequent first: `37 NOT_FOUND, 6 TIMEOUT`. */
export function countCodes(failures: ResultsDocument['failures']): string {
  const counts = new Map<string, number>()
  for (const { code } of failures) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${formatCount(count)} ${code}`)
    .join(', ')
}
