import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { renderReport, type ReportInput } from '../../src/report/html.ts'
import { makeChart, makeEntry, makeManifest, makeResults, makeUnrun } from './documents.ts'
import { makeFlightsRun } from './flights-run.ts'
import { scriptsOf, withoutLibrary } from './page.ts'

function render(changes: Partial<ReportInput> = {}): string {
  const ledger = changes.ledger ?? [makeEntry()]
  return renderReport({
    manifest: makeManifest(),
    results: makeResults({}, ledger),
    ledger,
    charts: [makeChart()],
    ...changes,
  })
}

const DRAWN = z.array(
  z.object({ id: z.string(), option: z.object({ series: z.array(z.object({ name: z.string() })) }) }),
)

function figuresOf(page: string) {
  const data = scriptsOf(page).find(({ attributes }) => attributes.includes('application/json'))
  return DRAWN.parse(JSON.parse(data!.source))
}

/** All that a document may bring from outside, made hostile. */
function renderHostile(text: string): string {
  const failed = makeUnrun('failed', { job_id: text, kind: text, attempt: 3, error: { code: text, message: text } })
  const ledger = [makeEntry({ job_id: text, kind: text }), failed]
  return render({
    manifest: makeManifest({ scenario: text, settings: { [text]: text }, environment: text }),
    results: makeResults({ scenario: text, run_id: text, verdict_reason: text, environment: text }, ledger),
    ledger,
    charts: [makeChart({ title: text, note: text, xLabel: text, x: [text], series: [{ name: text, y: [1] }] })],
  })
}

test('the verdict and its reason stand before any figure', () => {
  const page = withoutLibrary(render())
  const verdict = page.indexOf('every job is done')
  assert.ok(verdict > 0)
  assert.ok(verdict < page.indexOf('Makespan'))
  assert.ok(verdict < page.indexOf('class="chart"'))
})

test('it asks for nothing from anywhere, and its policy would not let it', () => {
  const page = withoutLibrary(renderReport(makeFlightsRun({ sequences: 5 })))
  assert.match(
    page,
    /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;|content="default-src 'none'/,
  )
  assert.doesNotMatch(page, /\s(src|href|srcset|action)=|url\(|@import|https?:\/\//)
})

test('the policy allows exactly the two scripts of the page, by their hashes', () => {
  const page = render()
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1].replaceAll('&#39;', "'")
  const executable = scriptsOf(page).filter(({ attributes }) => attributes === '')
  assert.equal(executable.length, 2)
  for (const { source } of executable) {
    assert.ok(policy.includes(`'sha256-${createHash('sha256').update(source).digest('base64')}'`))
  }
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
})

test('text from documents never becomes markup', () => {
  const page = withoutLibrary(renderHostile(`"'><img src=x onerror=alert(1)></script><script>alert(2)</script>&amp;`))
  assert.doesNotMatch(page, /<img|<script>alert/)
  assert.match(page, /&lt;img src=x onerror=alert\(1\)&gt;/)
  assert.match(page, /&amp;amp;/)
  // The data block, and the page's own script; the library is cut out above.
  assert.equal(scriptsOf(page).length, 2)
})

test('embedded data survives what ends scripts and what ends lines', () => {
  const text = '</script><!--<script>\u2028\u2029&'
  const page = renderHostile(text)
  assert.doesNotMatch(scriptsOf(page)[0].source, /[<\u2028\u2029]/)
  assert.equal(figuresOf(page).at(-1)!.option.series[0].name, text)
})

test('every chart has a name, a way to read it, and its figures as a table with a caption', () => {
  const page = withoutLibrary(renderReport(makeFlightsRun({ sequences: 5 })))
  const charts = page.match(/class="chart"/g)!
  assert.deepEqual(
    figuresOf(page).map(({ id }) => id),
    ['timeline', 'critical-path', 'critical-path-run', 'workload-1', 'workload-2'],
  )
  assert.equal(charts.length, 5)
  assert.equal(page.match(/role="img"\s+aria-label="[^"]+"/g)!.length, 5)
  assert.equal(page.match(/<summary>The same as a table<\/summary>/g)!.length, 5)
  assert.equal(page.match(/<table>/g)!.length, page.match(/<caption>\S/g)!.length)
  for (const { id } of figuresOf(page)) assert.ok(page.includes(`id="${id}-chart"`))
})

test('it says how it was run and how to run it again', () => {
  const page = withoutLibrary(render({ manifest: makeManifest({ scenario: "my scenario's.yaml", seed: 7 }) }))
  assert.ok(page.includes(`npx turnaround run &#39;my scenario&#39;\\&#39;&#39;s.yaml&#39; --env embedded --seed 7`))
  for (const text of ['generator version 1', 'linux x64', 'Node 24.21.0', 'network.airports', 'DUB, LHR']) {
    assert.ok(page.includes(text), text)
  }
})

test('what the workload says of its results is there, in its own words', () => {
  const summary_lines = [{ label: 'p50', text: 'min  -4.0   max  61.0 min' }]
  const page = withoutLibrary(render({ results: makeResults({ summary_lines }) }))
  assert.match(page, /<dt>p50<\/dt><dd>min  -4\.0   max  61\.0 min<\/dd>/)
  assert.doesNotMatch(withoutLibrary(render()), /id="results"/)
})

test('failures are listed before the charts, with their number and codes', () => {
  const page = withoutLibrary(renderReport({ ...makeFlightsRun({ sequences: 20, failing: 0.3 }) }))
  assert.match(page, /verdict incomplete/)
  assert.match(page, /\d+ jobs failed for good: \d+ NOT_FOUND/)
  assert.ok(page.indexOf('id="failures"') < page.indexOf('class="chart"'))
})

test('a run in which nothing was done has sentences instead of empty charts', () => {
  const ledger = [makeUnrun('pending')]
  const results = makeResults({ verdict: 'aborted', digest: null }, ledger)
  for (const charts of [[], [makeChart({ x: [], series: [] })], [makeChart({ series: [{ name: 'a', y: [null] }] })]]) {
    const page = withoutLibrary(render({ ledger, results, charts }))
    assert.doesNotMatch(page, /class="chart"|NaN|undefined|Infinity/)
    assert.match(page, /No job was done, so there is no timeline\./)
    assert.match(page, /No job was done, so there is no critical path\./)
  }
  const empty = withoutLibrary(render({ ledger: [], results: makeResults({}, []), charts: [] }))
  assert.doesNotMatch(empty, /class="chart"|NaN|undefined|Infinity/)
})

test('the default run stays under 2.5 MB', () => {
  assert.ok(Buffer.byteLength(renderReport(makeFlightsRun({ sequences: 200 }))) < 2_500_000)
})

test('the size hardly grows with the run', () => {
  const ledger = Array.from({ length: 100_000 }, (_, i) =>
    makeEntry({ job_id: `job-${i}`, kind: `kind-${i % 3}`, ready_at: 1_000_000 + i * 7 }),
  )
  const failures = ledger.map(({ job_id }) => ({ job_id, attempts: 3, code: 'X', message: 'it did not work' }))
  const path = ledger.map(({ job_id }) => ({ job_id, processing_ms: 1 }))
  const x = ledger.map((_, i) => i)
  const large = makeChart({ kind: 'line', x, series: [{ name: 'p50', y: x }] })
  const page = render({ ledger, results: makeResults({ failures, critical_path: path }, ledger), charts: [large] })
  assert.ok(Buffer.byteLength(page) < 2_000_000)
  assert.match(page, /99,500 more rows, not shown here/)
})
