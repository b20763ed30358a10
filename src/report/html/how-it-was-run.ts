import { clockJumpText } from '../clock-jump-text.ts'
import { formatInstant, formatNoun } from '../format.ts'
import { shellWord } from '../shell-word.ts'
import { markup, type Markup } from './markup.ts'
import { renderTable } from './table.ts'
import type { Json } from '../../results/canonical-json.ts'
import type { Manifest, ResultsDocument } from '../../results/documents.ts'
import type { MergedFrom } from '../../results/merged-from.ts'
import { seedText } from '../seed-text.ts'

/** What was run, on what, and the command that runs it again. */
export function renderHowItWasRun(manifest: Manifest, results: ResultsDocument): Markup {
  const { host, versions } = manifest
  const jump = clockJumpText(results)
  const resumed = results.resumed > 0 ? `, resumed ${formatNoun(results.resumed, 'time')}` : ''
  const facts: readonly (readonly [string, string])[] = [
    ['run', manifest.run_id],
    ['scenario', `${manifest.scenario} (workload ${manifest.workload})`],
    ['seed', seedText(manifest)],
    ['environment', manifest.environment],
    [
      'host',
      `${host.name}, ${formatNoun(host.workers, 'worker')} on ${formatNoun(host.cores, 'core')}, ${host.platform}`,
    ],
    ['versions', `turnaround ${versions.turnaround}, Node ${versions.node}, commit ${versions.git_sha ?? 'unknown'}`],
    ['draws', `generator version ${manifest.generator_version}`],
    ['scenario digest', manifest.scenario_digest],
    ['started', `${formatInstant(manifest.started_at)}${resumed}`],
    ['finished', formatInstant(results.finished_at)],
    ...(jump === undefined ? [] : [['clock', jump] as const]),
  ]
  return markup`<section class="card" id="how">
    <h2>How it was run</h2>
    <dl>
      ${facts.map(
        ([name, value]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${manifest.merged ? renderSources(manifest.merged) : renderAgain(manifest, results)}
    <details>
      <summary>Settings</summary>
      ${renderTable({
        caption: 'Settings as resolved, defaults filled in',
        columns: ['setting', 'value'],
        text: [1],
        rows: flatten(manifest.settings),
      })}
    </details>
  </section>`
}

function renderAgain(manifest: Manifest, results: ResultsDocument): Markup {
  return markup`<h3>Run it again</h3>
    <pre class="copy">${reproduceCommand(manifest)}</pre>
    <p class="note">${promise(manifest, results)} Settings changed with <code>--set</code> are not part of the command; all are listed below.</p>`
}

const MODES: { readonly [Mode in MergedFrom['mode']]: string } = {
  parallel: 'Seconds of the same number were added up, as if all runs had begun together.',
  sequential: 'The runs follow each other, in the order in which they began.',
}

/** Of a merged bundle: whose figures it has. */
function renderSources({ mode, sources }: MergedFrom): Markup {
  return markup`<h3>Merged from</h3>
    <p class="note">${MODES[mode]} Percentiles are those of all samples together.</p>
    ${renderTable({
      caption: 'Runs that were merged',
      columns: ['run', 'verdict', 'schedule', 'digest'],
      text: [1, 2, 3],
      rows: sources.map(({ label, verdict, schedule_digest, digest }) => [
        ...[label, verdict.state, schedule_digest.slice(0, SHOWN_DIGITS), digest.slice(0, SHOWN_DIGITS)],
      ]),
    })}`
}

const SHOWN_DIGITS = 12

function promise(manifest: Manifest, results: ResultsDocument): string {
  if (!manifest.deterministic) return 'Its results are measurements and will differ; the plan’s digest will not.'
  return results.digest === null
    ? 'The run is not complete, so it has no digest to compare with.'
    : 'The same scenario and seed give the same digest, on any environment and with any number of workers.'
}

function reproduceCommand({ scenario, environment, seed }: Manifest): string {
  return ['npx turnaround run', shellWord(scenario), '--env', shellWord(environment), '--seed', String(seed)].join(' ')
}

/** A document as path and value; lists of plain values stay on one line. */
function flatten(value: Json | undefined, path = ''): string[][] {
  if (value === undefined) return []
  if (value === null || typeof value !== 'object') return [[path, String(value)]]
  const members = Object.entries(value)
  const isPlainList = Array.isArray(value) && members.every(([, item]) => item === null || typeof item !== 'object')
  if (isPlainList) return [[path, value.join(', ') || '(none)']]
  return members.flatMap(([name, item]) => flatten(item, path === '' ? name : `${path}.${name}`))
}
