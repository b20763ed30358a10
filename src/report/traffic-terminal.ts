import { latencyLines, offeredLines, verdictLines } from './traffic-head.ts'
import { createPage, joinPage, type PageOptions } from './terminal-page.ts'
import {
  checkLines,
  errorLines,
  generatorLines,
  resultLines,
  searchLines,
  stepLines,
  thresholdLines,
} from './traffic-sections.ts'
import type { ThresholdResult } from '../results/documents.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'

/**
 * What a finished traffic run says in the terminal: the verdict, what was offered against what was achieved, both
 * latencies, and then k6's end-of-test layout (grafana.com/docs/k6/latest/results-output/end-of-test), with sections of our own for steps,
 * errors and the generator's health. Ends with one line end; no ANSI unless `color`.
 */
export function renderTrafficSummary(
  document: TrafficDocument,
  thresholds: readonly ThresholdResult[],
  options: PageOptions,
): string {
  const page = createPage(options)
  const checks = checkLines(document, page)
  return joinPage([
    ...verdictLines(document, page),
    '',
    ...offeredLines(document, page),
    '',
    ...latencyLines(document, page),
    '',
    ...page.section('THRESHOLDS', thresholdLines(thresholds, page)),
    ...page.section('SEARCH', searchLines(document, page)),
    ...page.section('TOTAL RESULTS', [...checks, ...(checks.length > 0 ? [''] : []), ...resultLines(document, page)]),
    ...page.section('STEPS', Object.keys(document.steps).length > 0 ? stepLines(document, page) : []),
    ...page.section('ERRORS', errorLines(document, page)),
    ...page.section('GENERATOR', generatorLines(document, page)),
  ])
}
