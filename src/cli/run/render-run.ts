import { renderSummary, type SummaryOptions } from '../../report/terminal.ts'
import { renderEnd } from '../../report/terminal-end.ts'
import { renderTrafficSummary } from '../../report/traffic-terminal.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'

/** What a finished run says in the terminal; one of traffic that came to its figures in k6's layout. */
export function renderRun(
  results: ResultsDocument,
  traffic: TrafficDocument | undefined,
  options: Omit<SummaryOptions, 'summaryLines'>,
): string {
  const all = { ...options, summaryLines: results.summary_lines }
  if (!traffic) return renderSummary(results, all)
  return renderTrafficSummary(traffic, results.thresholds ?? [], all) + renderEnd(results, all)
}
