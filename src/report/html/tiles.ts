import { markup, type Markup } from './markup.ts'

/** The few figures that matter most: name, value, note. */
export function renderTiles(tiles: readonly (readonly [name: string, value: string, note: string])[]): Markup {
  return markup`<section aria-labelledby="key-figures">
    <h2 id="key-figures" class="unseen">Key figures</h2>
    <dl class="tiles">
      ${tiles.map(
        ([name, value, note]) => markup`<div>
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`,
      )}
    </dl>
  </section>`
}
