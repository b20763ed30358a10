import { markup, type Markup } from './markup.ts'
import { renderTable, type Table } from './table.ts'

/** A section with a table in it. */
export function card(id: string, title: string, table: Table, note?: string): Markup {
  return markup`<section class="card" id="${id}">
    <h2>${title}</h2>
    ${note === undefined ? null : markup`<p class="note">${note}</p>`}
    ${renderTable(table)}
  </section>
`
}
