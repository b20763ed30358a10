import { formatBytes, formatCount, formatInstant, formatMs, formatNoun, formatRate, formatRatio } from '../format.ts'
import { markup, type Markup } from './markup.ts'
import type { ResultsDocument, Verdict } from '../../results/documents.ts'

const MARKS: Readonly<Record<Verdict, string>> = { valid: '✔', incomplete: '✖', aborted: '■' }

/** What was run and how it ended: before any figure. */
export function renderBanner(results: ResultsDocument): Markup {
  const { verdict, verdict_reason, exit_code } = results
  return markup`<header>
    <p class="brand">Turnaround · run report</p>
    <h1>${results.scenario}</h1>
    <p class="note">
      ${results.run_id} · ${results.environment} · seed ${results.seed} · ${formatInstant(results.started_at)}
    </p>
    <div class="verdict ${verdict}" role="status">
      <span class="mark" aria-hidden="true">${MARKS[verdict]}</span>
      <div>
        <strong>${verdict}</strong>
        <p>${verdict_reason}${exit_code === 0 ? null : ` (exit code ${exit_code})`}</p>
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
  return markup`<section aria-labelledby="key-figures">
    <h2 id="key-figures" class="unseen">Key figures</h2>
    <dl class="tiles">
      ${tile(
        'Makespan',
        measured ? formatMs(results.makespan_ms) : '—',
        measured
          ? `${formatRatio(results.makespan_ms, results.ideal_makespan_ms)} the ideal ${formatMs(results.ideal_makespan_ms)}`
          : 'no job was done',
      )}
      ${tile('Throughput', measured ? formatRate(results.jobs_per_second) : '—', 'jobs done per second')}
      ${tile('Jobs done', formatCount(jobs.done), `of ${formatCount(jobs.total)}, ${lost.join(', ') || 'none failed'}`)}
      ${tile('Retries', formatCount(deliveries.retries), deliveriesNote(deliveries))}
      ${tile('Output', formatBytes(output.bytes), formatNoun(output.objects, 'object'))}
    </dl>
    <p class="digest">
      <span>Results digest</span> ${
        results.digest === null
          ? markup`<em>none: the run is not complete</em>`
          : markup`<code class="copy">${results.digest}</code>`
      }
    </p>
  </section>`
}

function deliveriesNote(deliveries: ResultsDocument['deliveries']): string {
  const rare = (['dead_lettered', 'malformed', 'foreign'] as const).flatMap((name) =>
    deliveries[name] > 0 ? [`${formatCount(deliveries[name])} ${name.replace('_', '-')}`] : [],
  )
  return [formatNoun(deliveries.duplicates, 'duplicate'), ...rare].join(', ')
}

function tile(name: string, value: string, note: string): Markup {
  return markup`<div>
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`
}
