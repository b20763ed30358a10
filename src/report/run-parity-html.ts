import { sayDifference } from '../compare/first-difference.ts'
import type { RunParityDocument } from '../compare/run-parity.ts'
import { formatCount, formatInstant } from './format.ts'
import { markup, Markup } from './html/markup.ts'
import { PLAIN_POLICY, renderPage } from './html/page.ts'
import { renderTable } from './html/table.ts'
import { countRows, sideRows, timingRows } from './run-parity-rows.ts'

/** The run report's verdicts have the colours: good, bad, stopped. */
const MARKS = {
  same: { mark: '✔', looks: 'valid' },
  differs: { mark: '✖', looks: 'incomplete' },
  inconclusive: { mark: '■', looks: 'aborted' },
} as const
const LOOKS = new Markup('#sides td { overflow-wrap: anywhere; } .warning { color: var(--stopped); margin-top: 10px; }')

/** `parity-run.html`: one file that needs nothing else, and asks for nothing. */
export function renderRunParityHtml(document: RunParityDocument): string {
  const { a, b, verdict, exit_code: code, difference } = document
  const { mark, looks } = MARKS[verdict]
  const title = `${document.scenario}: ${a.environment} beside ${b.environment}`
  const main = markup`<p class="brand">Turnaround · parity of runs</p>
<h1>${title}</h1>
<p class="note">seed ${document.seed} · ${formatInstant(document.measured_at)}</p>
<div class="verdict ${looks}" role="status">
  <span class="mark" aria-hidden="true">${mark}</span>
  <div>
    <strong>${verdict}</strong>
    <p>${document.verdict_reason}${code === 0 ? null : ` (exit code ${code})`}</p>
  </div>
</div>
<section class="card" id="sides">
  <h2>The two runs</h2>
  ${renderTable({
    caption: 'What was run where',
    columns: ['', 'a', 'b'],
    text: [1, 2],
    rows: sideRows(document),
  })}
</section>
${
  difference === null
    ? null
    : markup`<section class="card" id="difference">
  <h2>The first difference</h2>
  <p>${sayDifference(difference)}</p>
  <p class="note">${formatCount(document.differing_objects)} objects differ in all, in the order of their keys.</p>
</section>`
}
<section class="card" id="counts">
  <h2>What happened</h2>
  <p class="note">The same digest may take different deliveries: SQS delivers at least once.</p>
  ${renderTable({
    caption: 'Counts side by side',
    columns: ['count', 'a', 'b', ''],
    text: [3],
    rows: countRows(document),
  })}
</section>
<section class="card" id="timings">
  <h2>How long it took</h2>
  <p class="warning">${document.warning}</p>
  ${renderTable({
    caption: 'Timings side by side, and b to a',
    columns: ['timing', 'a', 'b', 'b to a'],
    rows: timingRows(document),
  })}
</section>
<footer>
Written by Turnaround ${document.turnaround_version}. The same is in parity-run.json, and both bundles are beside it.
</footer>`
  return renderPage({ title, policy: PLAIN_POLICY, looks: LOOKS, main })
}
