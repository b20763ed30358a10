import assert from 'node:assert/strict'
import { test } from 'node:test'
import { card } from '../../../src/report/html/card.ts'
import { renderDocument } from '../../../src/report/html/document.ts'
import { renderFigure, type Figure } from '../../../src/report/html/figure.ts'
import { markup } from '../../../src/report/html/markup.ts'
import { renderTiles } from '../../../src/report/html/tiles.ts'
import { drawnOf, elementsOf, policyOf, scriptHash, scriptsOf, withoutLibrary } from '../page.ts'

const TABLE = { caption: 'Words', columns: ['word', 'count'], rows: [['a & b', '3']] }
const FIGURE: Figure = {
  ...{ id: 'one', title: 'One', note: 'How to read it.', heightPx: 100, unit: 'ms', table: TABLE },
  option: { series: [{ name: '</script>', type: 'line', data: [1] }] },
}

function render(figures: readonly Figure[] = [FIGURE]): string {
  return renderDocument({
    title: 'a <title>',
    body: [
      renderTiles([['Name <b>', '7', 'note']]),
      card('words', 'Words', TABLE, 'a note'),
      null,
      ...figures.map(renderFigure),
    ],
    figures,
    footer: markup`the end`,
  })
}

test('title, body, footer and data are all in one page, each text as text', () => {
  const page = withoutLibrary(render())
  elementsOf(page)
  assert.match(page, /<title>a &lt;title&gt; · Turnaround<\/title>/)
  assert.match(page, /<dt>Name &lt;b&gt;<\/dt>/)
  assert.match(page, /<section class="card" id="words">\s*<h2>Words<\/h2>\s*<p class="note">a note<\/p>/)
  assert.match(page, /<th scope="row">a &amp; b<\/th><td class="figures">3<\/td>/)
  assert.match(page, /<footer>\s*the end\s*<\/footer>/)
  assert.match(page, /<noscript>/)
})

test('a card without a note has no empty paragraph', () => {
  assert.doesNotMatch(card('x', 'X', TABLE).source, /<p/)
})

test('the script gets each figure with its unit, and nothing in it can end the script', () => {
  const page = withoutLibrary(render())
  assert.deepEqual(drawnOf(page), [{ id: 'one', unit: 'ms', option: FIGURE.option }])
  assert.equal(scriptsOf(page).length, 2)
})

test('the policy lets run what is in the page, and its hashes are right whatever is drawn', () => {
  const [one, none] = [render(), render([])]
  assert.equal(policyOf(one), policyOf(none))
  for (const page of [one, none]) {
    const executable = scriptsOf(page).filter(({ attributes }) => attributes === '')
    assert.deepEqual(
      executable.map(({ source }) => policyOf(page).includes(scriptHash(source))),
      [true, true],
    )
    assert.ok(executable[0].source.length > 500_000, 'ECharts is in the page')
  }
})
