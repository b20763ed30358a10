import { renderBanner, renderKeyFigures } from './html/banner.ts'
import { card } from './html/card.ts'
import { renderDocument } from './html/document.ts'
import { isDrawn, renderFigure } from './html/figure.ts'
import { renderHowItWasRun } from './html/how-it-was-run.ts'
import { markup, type Markup } from './html/markup.ts'
import { costNote, costTable } from './html/cost.ts'
import { failuresNote, failuresTable, kindsTable, latencyTable } from './html/tables.ts'
import { timelineFigure } from './html/timeline.ts'
import { actualPathFigure, idealPathFigure } from './html/waterfall.ts'
import { workloadFigure } from './html/workload-chart.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../results/documents.ts'
import type { Chart } from '../workloads/workload.ts'

export interface ReportInput {
  readonly manifest: Manifest
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
  readonly charts: readonly Chart[]
}

/**
 * `report.html`. The ledger is summed up, not embedded: the size (about 1.5 MB, most of it ECharts) hardly grows with
 * the run.
 */
export function renderReport({ manifest, results, ledger, charts }: ReportInput): string {
  const timeline = timelineFigure(ledger)
  const path = idealPathFigure(results.critical_path)
  // Without a path one sentence is enough.
  const paths = isDrawn(path) ? [path, actualPathFigure(results.critical_path, ledger)] : [path]
  const workload = charts.map(workloadFigure)
  const figures = [timeline, ...paths, ...workload].filter(isDrawn)
  const body = [
    renderBanner(results),
    renderKeyFigures(results),
    results.failures.length > 0 ? card('failures', 'Failures', failuresTable(results), failuresNote(results)) : null,
    results.summary_lines.length > 0 ? renderResultLines(results.summary_lines) : null,
    ...workload.map(renderFigure),
    renderFigure(timeline),
    ledger.length > 0 ? card('kinds', 'Jobs by kind', kindsTable(ledger)) : null,
    card('latency', 'Latency', latencyTable(results)),
    results.cost ? card('cost', 'Cost', costTable(results.cost), costNote(results.cost)) : null,
    ...paths.map(renderFigure),
    renderHowItWasRun(manifest, results),
  ]
  return renderDocument({
    title: `${results.run_id}: ${results.verdict}`,
    body,
    figures,
    footer: markup`Written by Turnaround ${manifest.versions.turnaround}, charts by Apache ECharts.
Every figure is in results.json and every job in ledger.ndjson, both beside this file.`,
  })
}

/** What the workload says of its results, in its own words. */
function renderResultLines(lines: ResultsDocument['summary_lines']): Markup {
  return markup`<section class="card" id="results">
    <h2>Results</h2>
    <dl>${lines.map(({ label, text }) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
  </section>
`
}
