import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { renderBanner, renderKeyFigures } from './html/banner.ts'
import { isDrawn, renderFigure } from './html/figure.ts'
import { renderHowItWasRun } from './html/how-it-was-run.ts'
import { embedJson, embedScript, markup, type Markup } from './html/markup.ts'
import { renderPage } from './html/page.ts'
import { SCRIPT } from './html/script.ts'
import { renderTable, type Table } from './html/table.ts'
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
 * `report.html`: one file that needs nothing else, neither server nor network, and that its own policy keeps from asking
 * for anything. The ledger is summed up, not embedded: the size (about 1.5 MB, most of it ECharts) hardly grows with
 * the run. Reads ECharts' source from its package; throws where that is not installed.
 */
export function renderReport({ manifest, results, ledger, charts }: ReportInput): string {
  const timeline = timelineFigure(ledger)
  const path = idealPathFigure(results.critical_path)
  // Without a path one sentence is enough.
  const paths = isDrawn(path) ? [path, actualPathFigure(results.critical_path, ledger)] : [path]
  const workload = charts.map(workloadFigure)
  const figures = [timeline, ...paths, ...workload].filter(isDrawn)
  const library = embedScript(readEcharts())
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
  const data = figures.map(({ id, unit, option }) => ({ id, unit, option }))
  return renderPage({
    title: `${results.run_id}: ${results.verdict}`,
    policy: contentSecurityPolicy([library, SCRIPT]),
    main: markup`${body}
<noscript><p class="note">Charts need scripts; every chart’s figures are also in the table below it.</p></noscript>
<footer>
Written by Turnaround ${manifest.versions.turnaround}, charts by Apache ECharts.
Every figure is in results.json and every job in ledger.ndjson, both beside this file.
</footer>`,
    scripts: markup`<script type="application/json" id="report-data">${embedJson(data)}</script>
<script>${library}</script>
<script>${SCRIPT}</script>`,
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

function card(id: string, title: string, table: Table, note?: string): Markup {
  return markup`<section class="card" id="${id}">
    <h2>${title}</h2>
    ${note === undefined ? null : markup`<p class="note">${note}</p>`}
    ${renderTable(table)}
  </section>
`
}

/**
 * Only these two scripts may run, whatever else a fault might let into the page, and nothing may be fetched.
 * ECharts styles its tooltips inline.
 */
function contentSecurityPolicy(scripts: readonly Markup[]): string {
  const hashes = scripts.map(({ source }) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`)
  return [
    `default-src 'none'`,
    `script-src ${hashes.join(' ')}`,
    `style-src 'unsafe-inline'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
}

function readEcharts(): string {
  return readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8')
}
