import { styleText } from 'node:util'
import { alignColumns, shorten, wrapText } from './columns.ts'

export interface PageOptions {
  readonly color: boolean
  /** Columns of the terminal; below 60 is treated as 60. */
  readonly width: number
}

type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim'

/** What the parts of a terminal page draw with. Lines come without the page's indent of two. */
export interface Page {
  /** Columns that a line may take. */
  readonly width: number
  paint(style: Style, text: string): string
  /** A label and text beside it, wrapped under itself. */
  labelled(label: string, text: string): string[]
  /** A title and columns; only names, the first of each row, are cut. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string[]
  /** k6's heading of a section, its lines below, and an empty line between. */
  section(title: string, lines: readonly string[]): string[]
}

const INDENT = 2
const LABEL_WIDTH = 15
const NARROWEST = 60
const SHORTEST_NAME = 8

export function createPage({ color, width: columns }: PageOptions): Page {
  const width = Math.max(NARROWEST, columns) - INDENT
  const paint: Page['paint'] = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
  return {
    width,
    paint,
    labelled: (label, text) =>
      wrapText(text, width - LABEL_WIDTH).map((line, i) =>
        i === 0 ? paint('dim', label) + ' '.repeat(LABEL_WIDTH - label.length) + line : ' '.repeat(LABEL_WIDTH) + line,
      ),
    table(head, rows) {
      const [first, ...rest] = alignColumns(fitNames([head, ...rows], width))
      return [paint('dim', first), ...rest]
    },
    section: (title, lines) => (lines.length === 0 ? [] : [`█ ${paint('bold', title)}`, '', ...lines, '']),
  }
}

/** Rows whose first cell, a name from elsewhere, is short enough for the figures beside it. */
function fitNames(rows: readonly (readonly string[])[], width: number): string[][] {
  const columns = Math.max(...rows.map((row) => row.length)) - 1
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i + 1]?.length ?? 0)))
  const room = width - widths.reduce((sum, one) => sum + one + 2, 0)
  return rows.map(([name, ...cells]) => [shorten(name, Math.max(SHORTEST_NAME, room)), ...cells])
}

/** The page as text: every line indented, nothing at line ends, no two empty lines in a row. */
export function joinPage(lines: readonly string[]): string {
  const kept = lines
    .map((line) => (line === '' ? '' : ' '.repeat(INDENT) + line.trimEnd()))
    .filter((line, i, all) => line !== '' || (i > 0 && all[i - 1] !== ''))
  return `\n${kept.join('\n').trimEnd()}\n`
}
