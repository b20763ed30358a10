import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { code, renderMarkdown } from '../../src/report/markdown.ts'
import { aStep, aTrafficDocument, someMeasures, someThresholds } from './a-traffic-document.ts'
import { makeResults } from './documents.ts'
import { hostileText } from './hostile-text.ts'

const links = [{ label: 'report', target: 'https://ci.example/run(1)/report.html' }]

test('a comment begins with the verdict and what failed, then thresholds, steps, errors and links', () => {
  const results = makeResults({ scenario: 'shop', thresholds: someThresholds() })
  const lines = renderMarkdown({ results, traffic: aTrafficDocument(), links }).split('\n')
  assert.equal(lines[0], '### ❌ <code>shop</code>: valid, 2 thresholds failed')
  assert.equal(
    lines[2],
    '<code>flights-20260131-130205</code> on <code>embedded</code>, seed 42. The generator kept up, and nothing is missing.',
  )
  assert.deepEqual(
    lines.filter((line) => /^\| (?:starts|response time|<code>(?:http&#95;req&#95;failed|checkout))/.test(line)),
    [
      '| starts | 100/s | 100/s (100 %) | 0 | 2 | 0.57 % |',
      '| response time | 12.5 ms | 25.0 ms | 37.5 ms | 75.0 ms | 250 ms |',
      '| <code>http&#95;req&#95;failed</code> | <code>rate&#60;0&#46;01</code> | ✅ | <code>rate=0&#46;57%</code> |  |',
      '| <code>checkout</code> | 400 | 1.50% | 30.0 ms | 90.0 ms | 180 ms | 84.0 ms |',
    ],
  )
  assert.match(
    lines.join('\n'),
    /\| error \| count \| of all \|\n\| --- \| ---: \| ---: \|\n\| <code>http&#95;5xx<\/code> \| 6 \| 0\.43 % \|/,
  )
  assert.equal(lines.at(-2), '- [report](https://ci.example/run%281%29/report.html)')
})

test('what made a run saturated or incomplete stands under the title', () => {
  const exceeded = someMeasures().slice(3, 4)
  const traffic = aTrafficDocument({ verdict: { state: 'saturated', measures: exceeded, exceeded } })
  const text = renderMarkdown({ results: makeResults({ verdict: 'saturated' }), traffic, links: [] })
  assert.match(
    text,
    /^### ⚠️ <code>flights<\/code>: saturated\n\n.*\n\n- <code>CPU 31 %, limit 90 % \(thread of shard 0\)<\/code>\n/,
  )
})

test('a run that failed around sound figures says why it failed', () => {
  const failures = [{ job_id: 'merge', attempts: 3, code: 'X', message: 'a | b' }]
  const results = makeResults({ verdict: 'incomplete', verdict_reason: '1 job failed', failures })
  const text = renderMarkdown({ results, traffic: aTrafficDocument(), links: [] })
  assert.match(text, /^### ❌ <code>flights<\/code>: incomplete\n\n.* 1 job failed\.\n/)
  assert.match(text, /\| <code>merge<\/code> \| <code>X<\/code> \| <code>a &#124; b<\/code> \|/)
})

test('only web addresses become links', () => {
  const text = renderMarkdown({
    results: makeResults(),
    links: [
      { label: 'bundle', target: 'results/shop-1' },
      { label: 'x', target: 'javascript:alert(1)' },
      { label: 'y', target: 'https://h/a"b c)[d](e)|f' },
    ],
  })
  assert.match(text, /\n- bundle: <code>results&#47;shop-1<\/code>\n/)
  assert.match(text, /\n- x: <code>javascript&#58;alert\(1\)<\/code>\n/)
  assert.match(text, /\n- \[y\]\(https:\/\/h\/a%22b%20c%29%5Bd%5D%28e%29%7Cf\)\n/)
})

test('a comment stays within what GitHub takes, and what fails is not what is cut', () => {
  const steps = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${'s'.repeat(300)}${i}`, aStep()]))
  const thresholds = Array.from({ length: 300 }, (_, i) => {
    return { metric: 'm'.repeat(200), expression: `p(95)<${i}`, ok: i !== 299, actual: 1, note: '_'.repeat(500) }
  })
  const failures = Array.from({ length: 900 }, () => ({
    job_id: '_'.repeat(128),
    attempts: 1,
    code: 'X',
    message: '_'.repeat(900),
  }))
  const text = renderMarkdown({
    results: makeResults({ thresholds, failures }),
    traffic: aTrafficDocument({ steps }),
    links: [],
  })
  assert.ok(text.length < 65_536, `${text.length} characters`)
  assert.match(text, /… and 2\d\d more thresholds/)
  assert.match(text, /p\(95\)&#60;299<\/code> \| ❌ \|/)
})

test('nothing from a scenario or a target becomes markup, a link or a mention', () => {
  fc.assert(
    fc.property(hostileText(), (name) => {
      const shown = code(name)
      // Letters, digits and a few signs that mean nothing, or references: nothing else gets through.
      assert.match(shown, /^(?:<code>(?:[\p{L}\p{N}\p{M} (){}%=,-]|…|&#\d+;)*<\/code>)?$/u)
      const results = makeResults({
        scenario: name,
        environment: name,
        verdict_reason: name,
        verdict: 'incomplete',
        thresholds: [{ metric: name, expression: name, ok: false, actual: null, note: name }],
        failures: [{ job_id: name, attempts: 1, code: name, message: name }],
      })
      const step = aStep({ outcomes: { [name]: 3 } })
      const traffic = aTrafficDocument({
        steps: { [name]: step },
        all_steps: step,
        executor: name,
        verdict: { state: 'incomplete', reasons: [name], shards: [], measures: [] },
      })
      const plain = makeResults({ verdict: 'incomplete', thresholds: results.thresholds!, failures: results.failures })
      const lines = renderMarkdown({ results, traffic, links: [{ label: name, target: 'y' }] }).split('\n')
      const calm = renderMarkdown({ results: plain, traffic, links: [{ label: 'x', target: 'y' }] }).split('\n')
      assert.equal(lines.length, calm.length)
      const cells = (line: string) => line.split('|').length
      assert.deepEqual(lines.map(cells), calm.map(cells))
      const text = lines.join('\n').replaceAll(/<\/?code>/g, '')
      assert.doesNotMatch(text, /[<>@`*_~\\]|\]\(|!\[|:\/\//)
    }),
    { numRuns: 100 },
  )
})

test('whatever a link leads to, it is one link', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        hostileText(),
        hostileText().map((path) => `https://h/${path}`),
      ),
      (target) => {
        const lines = renderMarkdown({ results: makeResults(), links: [{ label: 'report', target }] }).split('\n')
        assert.equal(lines.length, 6)
        assert.match(lines[4], /^- (?:report: (?:<code>[^<]*<\/code>)?|\[report\]\(https?:\/\/[^\s()<>[\]\\|`*_~]*\))$/)
      },
    ),
    { numRuns: 100 },
  )
})
