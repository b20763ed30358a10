import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderTrafficReport, type TrafficReportInput } from '../../src/report/traffic-html.ts'
import type { MergedFrom } from '../../src/results/merged-from.ts'
import {
  aLatency,
  aSearch,
  aShard,
  aStep,
  aTrafficDocument,
  noLatency,
  someMeasures,
  someThresholds,
} from './a-traffic-document.ts'
import { makeManifest, makeResults } from './documents.ts'
import { hostileText } from './hostile-text.ts'
import { drawnOf, elementsOf, policyOf, scriptHash, scriptsOf, withoutLibrary } from './page.ts'

function render(changes: Partial<TrafficReportInput> = {}): string {
  return renderTrafficReport({
    manifest: makeManifest({ deterministic: false }),
    results: makeResults({ thresholds: someThresholds(), exit_code: 99 }),
    traffic: aTrafficDocument(),
    ...changes,
  })
}

/** Nothing was due, nothing was answered. */
function anEmptyDocument() {
  const nothing = aStep({
    ...{ count: 0, ok: 0, outcomes: {}, statuses: {}, bytes_received: 0 },
    ...{ response_time_ms: noLatency, service_time_ms: noLatency },
  })
  return aTrafficDocument({
    verdict: { state: 'incomplete', measures: [], reasons: ['shard-0 never started: no free slot'], shards: [] },
    ...{ started_at: null, duration_ms: 0, slip_ms: noLatency, iterations: nothing, all_steps: nothing },
    starts: { due: 0, started: 0, late: 0, dropped: 0 },
    shards: [aShard({ state: 'never_started', reason: 'no free slot', windows: 0, health: [], clock: null })],
    ...{ ledger: [], steps: {}, checks: [], counters: {}, levels: {}, failures: [], heat_bounds_ms: [], heat: [] },
    timeline: {
      ...{ slice_ms: 1000, due: [], started: [], ok: [], failed: [], vus: [] },
      ...{ p50: [], p90: [], p95: [], p99: [], max: [] },
    },
  })
}

/** The text of a section. */
function section(page: string, id: string): string {
  const found = new RegExp(`<section class="card" id="${id}">([^]*?)</section>`).exec(page)
  assert.ok(found, `there is no ${id}`)
  return found[1].replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

test('the page is well-formed, and each of its ids is there once', () => {
  for (const page of [render(), render({ traffic: aTrafficDocument({ search: aSearch() }) })]) {
    const elements = elementsOf(withoutLibrary(page))
    const ids = elements.flatMap(({ attributes }) => / id="([^"]*)"/.exec(attributes)?.[1] ?? [])
    assert.equal(new Set(ids).size, ids.length)
    assert.ok(elements.some(({ name }) => name === 'table'))
  }
})

test('the verdict and the thresholds that failed stand before any figure', () => {
  const page = withoutLibrary(render())
  const order = ['verdict valid', '✖ 2 of 5 thresholds failed', 'Response time p95', 'id="thresholds"', 'class="chart"']
  const places = order.map((text) => page.indexOf(text))
  assert.ok(
    places.every((place, at) => place > (places[at - 1] ?? 0)),
    places.join(' '),
  )
  assert.doesNotMatch(withoutLibrary(render({ results: makeResults() })), /thresholds? failed/)
})

test('what was found is said in the unit of its metric, and what fails is marked', () => {
  const text = section(withoutLibrary(render()), 'thresholds')
  assert.match(text, /http_req_duration ✔ yes p\(95\)&lt;200 p\(95\)=37\.5ms/)
  assert.match(text, /http_req_duration\{step:search\} ✖ no avg&lt;10 no data no step is called search/)
  assert.equal(render().match(/class="words fails"/g)?.length, 2)
})

test('every chart has its place, a way to read it, and its figures as a table', () => {
  const page = withoutLibrary(render())
  const drawn = drawnOf(page).map(({ id }) => id)
  assert.deepEqual(drawn, ['latency-over-time', 'heat', 'throughput', 'errors-over-time'])
  for (const id of drawn) {
    assert.ok(page.includes(`id="${id}-chart"`))
    assert.match(section(page, id), /The same as a table/)
  }
  assert.equal(page.match(/class="chart"/g)?.length, drawn.length)
  assert.equal(page.match(/<table>/g)?.length, page.match(/<caption>\S/g)?.length)
})

test('steps, errors, checks, counters, health and shards each have a table', () => {
  const page = withoutLibrary(render({ traffic: aTrafficDocument({ search: aSearch() }) }))
  assert.match(section(page, 'steps'), /browse 1,000 2 \(0\.2 %\) 12\.5 ms .* all steps 1,400 8 \(0\.57 %\)/)
  assert.match(section(page, 'outcomes'), /browse timeout 2 0\.2 % checkout http_5xx 6 1\.5 %/)
  assert.match(section(page, 'checks'), /has an order number 394 6 98\.5 %/)
  assert.match(section(page, 'counters'), /orders 394 37\.7\/s connections 20/)
  assert.match(section(page, 'health'), /schedule slip p99 ✔ yes 0\.9\d? ms 1\.00 ms whole run/)
  assert.match(section(page, 'shards'), /shard-1 threads-2 finished 11 11 31 % 12 % 0\.1 ± 0\.4 ms/)
  assert.match(section(page, 'search'), /400\/s is the highest rate .* 800\/s failed 1\.90 s 21 %/)
  assert.match(section(page, 'iteration-failures'), /no order number 8 Error: no order number at checkout/)
})

test('the parts of the steps are listed where there are any', () => {
  const steps = { browse: aStep({ timings_ms: { waiting: aLatency(90, 11), connecting: aLatency(4, 0.4) } }) }
  const page = withoutLibrary(render({ traffic: aTrafficDocument({ steps }) }))
  assert.match(section(page, 'timings'), /browse waiting 90 11\.0 ms 33\.0 ms .* browse connecting 4 0\.40 ms/)
  assert.doesNotMatch(withoutLibrary(render()), /id="timings"/)
})

test('rates are those of the time in which load was offered, as in the terminal', () => {
  const page = withoutLibrary(render()).replaceAll(/\s+/g, ' ')
  assert.match(
    page,
    /<dt>Offered<\/dt> <dd class="value">100\/s<\/dd> <dd class="note">1,000 starts due, achieved 100\/s/,
  )
})

test('a measure beyond its limit is marked', () => {
  const measures = someMeasures().map((one) => (one.name === 'cpu_share' ? { ...one, value: 0.97 } : one))
  const exceeded = measures.filter(({ value, limit }) => value > limit)
  const page = withoutLibrary(
    render({ traffic: aTrafficDocument({ verdict: { state: 'saturated', measures, exceeded } }) }),
  )
  assert.match(section(page, 'health'), /CPU ✖ no 97 % 90 % thread of shard 0/)
})

test('a lost shard says what is known of it', () => {
  const lost = aShard({ state: 'lost', reason: 'its host is gone', windows: null, health: [], clock: null })
  const page = withoutLibrary(render({ traffic: aTrafficDocument({ shards: [lost] }) }))
  assert.match(section(page, 'shards'), /shard-0 threads-1 lost: its host is gone — 11 — — —/)
})

test('a run in which nothing happened has sentences instead of empty charts, and no broken number', () => {
  const page = withoutLibrary(render({ traffic: anEmptyDocument(), results: makeResults({ verdict: 'incomplete' }) }))
  elementsOf(page)
  assert.deepEqual(drawnOf(page), [])
  assert.doesNotMatch(page, /class="chart"|NaN|undefined|Infinity|>null</)
  assert.match(page, /Nothing was answered, so there is nothing to draw\./)
  assert.match(page, /The load never began\./)
  assert.match(page, /No step failed\./)
})

test('a merged run says whose figures it has, instead of a command that would make another', () => {
  const verdict = { state: 'valid', measures: [] } as const
  const source = { schedule_digest: 'e'.repeat(64), scenario_digest: 'f'.repeat(64), segment: 0, verdict }
  const merged: MergedFrom = {
    mode: 'parallel',
    sources: ['one', 'two'].map((run_id) => ({ ...source, label: run_id, run_id, digest: 'a'.repeat(64) })),
  }
  const text = section(withoutLibrary(render({ manifest: makeManifest({ merged }) })), 'how')
  assert.match(text, /Merged from .* one valid e{12} a{12} two valid/)
  assert.doesNotMatch(text, /Run it again/)
  assert.match(section(withoutLibrary(render()), 'how'), /Run it again/)
})

test('only the two scripts of the page may run, and nothing may be fetched', () => {
  const page = render()
  const policy = policyOf(page)
  const executable = scriptsOf(page).filter(({ attributes }) => attributes === '')
  assert.equal(executable.length, 2)
  for (const { source } of executable) assert.ok(policy.includes(scriptHash(source)))
  assert.equal(policy.match(/sha256-/g)?.length, 2)
  assert.match(policy, /^default-src 'none'; /)
  assert.doesNotMatch(policy, /script-src[^;]*unsafe/)
  assert.doesNotMatch(withoutLibrary(page), /\s(src|href|srcset|action)=|url\(|@import/)
})

/** A document with the same text wherever a run may bring one from outside. */
function renderHostile(text: string): string {
  const step = aStep({ outcomes: { ok: 90, [text]: 10 }, timings_ms: { [text]: aLatency(3, 5) } })
  const measures = someMeasures().map((measure) => ({ ...measure, where: text }))
  const traffic = aTrafficDocument({
    ...{ executor: text, target: text, schedule_digest: text, steps: { [text]: step }, all_steps: step },
    verdict: { state: 'incomplete', measures, reasons: [text], shards: [] },
    shards: [aShard({ job_id: text, host: text, state: 'failed', reason: text })],
    checks: [{ name: text, passed: 1, failed: 1 }],
    counters: { [text]: 4 },
    levels: { [text]: 2 },
    failures: [{ message: text, stack: text, count: 3 }],
  })
  const threshold = { metric: text, expression: text, ok: false, actual: 3, note: text }
  const results = { scenario: text, run_id: text, verdict_reason: text, environment: text, thresholds: [threshold] }
  const source = { label: text, run_id: text, digest: text, schedule_digest: text, scenario_digest: text, segment: 0 }
  return render({
    manifest: makeManifest({
      ...{ scenario: text, environment: text, run_id: text, settings: { [text]: text } },
      merged: { mode: 'parallel', sources: [{ ...source, verdict: traffic.verdict }] },
    }),
    results: makeResults(results),
    traffic,
  })
}

test('no text from a run becomes markup, leaves its place, or ends a script', () => {
  const shapeOf = (page: string) => elementsOf(withoutLibrary(page)).map(({ name }) => name)
  const plain = shapeOf(renderHostile('plain'))
  const policy = policyOf(renderHostile('plain'))
  fc.assert(
    fc.property(hostileText(), (text) => {
      const page = renderHostile(text)
      assert.deepEqual(shapeOf(page), plain)
      assert.equal(policyOf(page), policy)
      const [data] = scriptsOf(withoutLibrary(page))
      assert.doesNotMatch(data.source, /[<\u2028\u2029]/)
    }),
    { numRuns: 40 },
  )
})

test('the longest timeline makes a page that can still be sent', () => {
  const each = <T>(value: (at: number) => T): T[] => Array.from({ length: 600 }, (_, at) => value(at))
  const rising = each((at) => 10 + at / 7)
  const traffic = aTrafficDocument({
    timeline: {
      ...{ slice_ms: 8000, due: rising, started: rising, ok: rising, failed: rising, vus: rising },
      ...{ p50: rising, p90: rising, p95: rising, p99: rising, max: rising },
    },
    heat_bounds_ms: Array.from({ length: 60 }, (_, at) => 1.2 ** at),
    heat: each((at) => Array.from({ length: 60 }, (_, row) => (at * row) % 977)),
  })
  assert.ok(Buffer.byteLength(render({ traffic })) < 2_500_000)
})
