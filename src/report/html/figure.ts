import { markup, type Markup } from './markup.ts'
import { renderTable, type Table } from './table.ts'

/** One chart: what ECharts draws, and the same as text for whoever cannot see it. */
export interface Figure {
  /** Unique in the page; also its anchor. */
  readonly id: string
  readonly title: string
  /** One sentence: how to read it. */
  readonly note: string
  readonly heightPx: number
  /** An ECharts option without functions; colours may be CSS custom properties, e.g. `var(--s1)`. */
  readonly option: { readonly [name: string]: unknown }
  /** Appended to values in tooltips, e.g. `ms`. */
  readonly unit: string
  readonly table: Table
}

/** A section that has nothing to draw says why. */
export interface EmptyFigure {
  readonly id: string
  readonly title: string
  readonly why: string
}

export function isDrawn(figure: Figure | EmptyFigure): figure is Figure {
  return 'option' in figure
}

export function renderFigure(figure: Figure | EmptyFigure): Markup {
  if (!isDrawn(figure)) {
    return markup`<section class="card" id="${figure.id}">
      <h2>${figure.title}</h2>
      <p class="empty">${figure.why}</p>
    </section>`
  }
  const { id, title, note, heightPx, table } = figure
  return markup`<section class="card" id="${id}">
    <h2>${title}</h2>
    <p class="note">${note}</p>
    <div
      class="chart"
      id="${id}-chart"
      role="img"
      aria-label="${title}. ${note} The same figures are in the table below."
      style="height:${heightPx}px"
    ></div>
    <details>
      <summary>The same as a table</summary>
      ${renderTable(table)}
    </details>
  </section>`
}
