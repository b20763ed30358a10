import { card } from './html/card.ts'
import { costNote, costTable } from './html/cost.ts'
import { renderBanner } from './html/banner.ts'
import { renderDocument } from './html/document.ts'
import { isDrawn, renderFigure } from './html/figure.ts'
import { renderHowItWasRun } from './html/how-it-was-run.ts'
import { markup, type Markup } from './html/markup.ts'
import type { Table } from './html/table.ts'
import { renderTiles } from './html/tiles.ts'
import { errorsFigure, latencyFigure, throughputFigure } from './html/traffic/charts.ts'
import { heatFigure } from './html/traffic/heat.ts'
import {
  checksTable,
  countersTable,
  iterationFailuresTable,
  measuresTable,
  outcomesTable,
  searchTable,
  shardsTable,
  startsTable,
  stepsTable,
  thresholdsTable,
  timingsTable,
} from './html/traffic/tables.ts'
import { formatCount, formatMs, formatNoun, formatRate } from './format.ts'
import { formatShare } from './traffic-format.ts'
import { offeredMs } from './traffic-head.ts'
import { searchSentences } from './traffic-sections.ts'
import type { Manifest, ResultsDocument } from '../results/documents.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'

export interface TrafficReportInput {
  readonly manifest: Manifest
  readonly results: ResultsDocument
  readonly traffic: TrafficDocument
}

/** `report.html` of a traffic run: what it is worth first, then what was asked and held, then the pictures. */
export function renderTrafficReport({ manifest, results, traffic }: TrafficReportInput): string {
  const latency = latencyFigure(traffic)
  const heat = heatFigure(traffic)
  const throughput = throughputFigure(traffic)
  const errors = errorsFigure(traffic)
  const figures = [latency, heat, throughput, errors].filter(isDrawn)
  const thresholds = results.thresholds ?? []
  const body = [
    renderBanner(results),
    keyFigures(traffic),
    filled('thresholds', 'Thresholds', thresholdsTable(thresholds)),
    traffic.search
      ? card('search', 'Search', searchTable(traffic.search), searchSentences(traffic.search).join('; '))
      : null,
    renderFigure(latency),
    renderFigure(heat),
    renderFigure(throughput),
    renderFigure(errors),
    filled('steps', 'Steps', stepsTable(traffic)),
    filled('timings', 'Parts of the steps', timingsTable(traffic)),
    filled('outcomes', 'Errors by class', outcomesTable(traffic)),
    filled('checks', 'Checks', checksTable(traffic)),
    filled('iteration-failures', 'Why iterations failed', iterationFailuresTable(traffic)),
    filled('counters', 'Counters and levels', countersTable(traffic)),
    card('starts', 'Starts', startsTable(traffic)),
    filled('health', 'Generator health', measuresTable(traffic), 'A generator beyond a limit measures itself.'),
    card(
      'shards',
      'Shards',
      shardsTable(traffic),
      `Schedule ${traffic.schedule_digest}: equal for any number of shards.`,
    ),
    results.cost ? card('cost', 'Cost', costTable(results.cost), costNote(results.cost)) : null,
    renderHowItWasRun(manifest, results),
  ]
  return renderDocument({
    title: `${results.run_id}: ${results.verdict}`,
    body,
    figures,
    footer: markup`Written by Turnaround ${manifest.versions.turnaround}, charts by Apache ECharts.
Every figure is in traffic.json and results.json, every second in windows.parquet, all beside this file.`,
  })
}

function keyFigures(traffic: TrafficDocument): Markup {
  const { all_steps: all, starts, duration_ms: durationMs, model, executor } = traffic
  const rate = (count: number, ms: number) => formatRate(ms > 0 ? (count * 1000) / ms : null)
  const offered = offeredMs(traffic)
  const response = all.response_time_ms
  return renderTiles([
    ['Response time p95', formatMs(response.p95), `p50 ${formatMs(response.p50)}, p99 ${formatMs(response.p99)}`],
    ['Steps', rate(all.count, durationMs), `${formatCount(all.count)} in ${formatMs(durationMs)}`],
    ['Failed', formatShare(all.count - all.ok, all.count), formatNoun(all.count - all.ok, 'step')],
    [
      'Offered',
      rate(starts.due, offered),
      `${formatNoun(starts.due, 'start')} due, achieved ${rate(starts.started, offered)}`,
    ],
    ['Load', model, executor],
  ])
}

/** Nothing where there is nothing to tell. */
function filled(id: string, title: string, table: Table, note?: string): Markup | null {
  return table.rows.length === 0 ? null : card(id, title, table, note)
}
