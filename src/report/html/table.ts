import { formatNoun } from '../format.ts'
import { markup, type Markup } from './markup.ts'

export interface Table {
  /** What the table shows; said to screen readers, visible only where nothing else says it. */
  readonly caption: string
  readonly columns: readonly string[]
  /** The first cell of a row is its heading. Cells of every later column are figures unless `text` names the column. */
  readonly rows: readonly (readonly string[])[]
  /** Columns (from 0) that hold words. */
  readonly text?: readonly number[]
}

/** A cell that says so is coloured: it is what a reader looks for. */
export const FAILS = '✖ no'

/** Rows beyond these are counted, not shown. */
const SHOWN_ROWS = 500

/** A table that can be read aloud, scrolls sideways by itself where it is too wide, and is bounded in length. */
export function renderTable({ caption, columns, rows, text = [] }: Table): Markup {
  const hidden = rows.length - SHOWN_ROWS
  const style = (column: number) => (column === 0 || text.includes(column) ? 'words' : 'figures')
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${columns.map((name, i) => markup`<th scope="col" class="${style(i)}">${name}</th>`)}</tr></thead>
      <tbody>
${rows.slice(0, SHOWN_ROWS).map(([head, ...cells]) => row(head, cells, style))}      </tbody>
    </table>
  </div>
  ${hidden > 0 ? markup`<p class="note">and ${formatNoun(hidden, 'more row')}, not shown here</p>` : null}`
}

function row(head: string, cells: readonly string[], style: (column: number) => string): Markup {
  return markup`<tr><th scope="row">${head}</th>${cells.map(
    (cell, i) => markup`<td class="${style(i + 1)}${cell === FAILS ? ' fails' : ''}">${cell}</td>`,
  )}</tr>
`
}
