import { formatBytes, formatCount, formatInstant, formatMs, formatNoun, formatRate, formatRatio } from '../format.ts'
import { markup, type Markup } from './markup.ts'
import { renderTiles } from './tiles.ts'
import type { ResultsDocument, Verdict } from '../../results/documents.ts'
import { seedText } from '../seed-text.ts'

const MARKS: Readonly<Record<Verdict, string>> = { valid: '✔', saturated: '▲', incomplete: '✖', aborted: '■' }

/** What was run and how it ended: before any figure. */
export function renderBanner(results: ResultsDocument): Markup {
  const { verdict, verdict_reason, exit_code, thresholds = [] } = results
  const failed = thresholds.filter(({ ok }) => !ok).length
  return markup`<header>
    <p class="brand">Turnaround · run report</p>
    <h1>${results.scenario}</h1>
    <p class="note">
      ${results.run_id} · ${results.environment} · seed ${seedText(results)} · ${formatInstant(results.started_at)}
    </p>
    <div class="verdict ${verdict}" role="status">
      <span class="mark" aria-hidden="true">${MARKS[verdict]}</span>
      <div>
        <strong>${verdict}</strong>
        <p>${verdict_reason}${exit_code === 0 ? null : ` (exit code ${exit_code})`}</p>
        ${failed === 0 ? null : markup`<p class="fails">✖ ${failed} of ${formatNoun(thresholds.length, 'threshold')} failed</p>`}
      </div>
    </div>
  </header>`
}

export function renderKeyFigures(results: ResultsDocument): Markup {
  const { jobs, deliveries, output } = results
  const measured = jobs.done > 0
  const lost = [
    [jobs.failed, 'failed'],
    [jobs.blocked, 'blocked'],
    [jobs.open, 'open'],
  ].flatMap(([count, word]) => (Number(count) > 0 ? [`${formatCount(Number(count))} ${word}`] : []))
  const tiles = renderTiles([
    [
      'Makespan',
      measured ? formatMs(results.makespan_ms) : '—',
      measured
        ? `${formatRatio(results.makespan_ms, results.ideal_makespan_ms)} the ideal ${formatMs(results.ideal_makespan_ms)}`
        : 'no job was done',
    ],
    ['Throughput', measured ? formatRate(results.jobs_per_second) : '—', 'jobs done per second'],
    ['Jobs done', formatCount(jobs.done), `of ${formatCount(jobs.total)}, ${lost.join(', ') || 'none failed'}`],
    ['Retries', formatCount(deliveries.retries), deliveriesNote(deliveries)],
    ['Output', formatBytes(output.bytes), formatNoun(output.objects, 'object')],
  ])
  return markup`${tiles}
    <p class="digest">
      <span>Results digest</span> ${
        results.digest === null
          ? markup`<em>none: the run is not complete</em>`
          : markup`<code class="copy">${results.digest}</code>`
      }
    </p>`
}

function deliveriesNote(deliveries: ResultsDocument['deliveries']): string {
  const rare = (['dead_lettered', 'malformed', 'foreign'] as const).flatMap((name) =>
    deliveries[name] > 0 ? [`${formatCount(deliveries[name])} ${name.replace('_', '-')}`] : [],
  )
  return [formatNoun(deliveries.duplicates, 'duplicate'), ...rare].join(', ')
}
