import { markup, Markup } from '../report/html/markup.ts'
import { PLAIN_POLICY, renderPage } from '../report/html/page.ts'
import { type Outcome, outcomeStates } from './measure.ts'
import { type ParityDocument, type ParityEntry, totalCounts } from './parity-document.ts'

const LOOKS = new Markup(`
.state { display: inline-block; padding: 1px 8px; border-radius: 999px; font-size: 12px; white-space: nowrap; }
.as-AWS { color: var(--good); background: var(--good-bg); }
.differs { color: var(--bad); background: var(--bad-bg); }
.not-offered, .not-measured { color: var(--stopped); background: var(--stopped-bg); }
td code { font-size: 12px; overflow-wrap: anywhere; }
td .note { font-size: 12px; margin-top: 2px; }
td.state-cell { text-align: left; white-space: nowrap; }
td .id { font-size: 12px; color: var(--muted); }
`)

/** `parity.html`: one file that needs nothing else, and asks for nothing. */
export function renderParityHtml(document: ParityDocument): string {
  const byService = Map.groupBy(document.behaviours, ({ service }) => service)
  const title = `${document.environment} beside AWS`
  const main = markup`<p class="brand">Turnaround parity</p>
<h1>${title}</h1>
<p class="note">${document.endpoint ?? document.region}, measured ${document.measured_at}</p>
${renderSummary(document)}
${[...byService].map(([service, entries]) => renderService(service, entries))}
<footer>
Written by Turnaround ${document.turnaround_version}. A behaviour is a recorded answer of AWS (aws-snapshot,
aws-validated-assert, …) or a page of its documentation (aws-docs), and one test of it. The same is in parity.json.
</footer>`
  return renderPage({ title, policy: PLAIN_POLICY, looks: LOOKS, main })
}

function renderSummary(document: ParityDocument): Markup {
  const counts = Object.entries(document.services)
  const all = [...counts, ['all', totalCounts(document)] as const]
  return markup`<section class="card">
    <h2>Services</h2>
    <div class="scroll"><table>
      <thead><tr><th class="words">service</th>${outcomeStates.map((state) => markup`<th>${state}</th>`)}</tr></thead>
      <tbody>${all.map(
        ([service, found]) =>
          markup`<tr><th>${service}</th>${outcomeStates.map((state) => markup`<td class="figures">${found[state]}</td>`)}</tr>`,
      )}</tbody>
    </table></div>
  </section>`
}

function renderService(service: string, entries: readonly ParityEntry[]): Markup {
  const order = ['differs', 'not measured', 'not offered', 'as AWS'] satisfies Outcome['state'][]
  const sorted = entries.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return markup`<section class="card" id="${service}">
    <h2>${service}</h2>
    <div class="scroll"><table>
      <thead><tr><th class="words">state</th><th class="words">behaviour</th><th class="words">evidence</th></tr></thead>
      <tbody>${sorted.map(renderEntry)}</tbody>
    </table></div>
  </section>`
}

function renderEntry({ id, sentence, state, why, evidence, source }: ParityEntry): Markup {
  const name = source.startsWith('https://')
    ? markup`<a href="${source}">${source}</a>`
    : markup`<code>${source}</code>`
  return markup`<tr>
    <td class="state-cell"><span class="state ${state.replace(' ', '-')}">${state}</span></td>
    <td class="words">${sentence} <span class="id">${id}</span>${why === null ? null : markup`<p class="note">${why}</p>`}</td>
    <td class="words">${evidence}<p class="note">${name}</p></td>
  </tr>`
}
