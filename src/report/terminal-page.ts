import { alignColumns, shorten, wrapText } from './columns.ts'
import { painter, type Paint, type Style } from './paint.ts'

export interface PageOptions {
  readonly color: boolean
  /** Columns of the terminal; below 60 is treated as 60. */
  readonly width: number
  /** Columns of a label and the gap behind it. Default 15. */
  readonly labelWidth?: number
}

/** What the parts of a terminal page draw with. Lines come without the page's indent of two. */
export interface Page {
  /** Columns that a line may take. */
  readonly width: number
  /** Columns that are left beside a label. */
  readonly room: number
  readonly paint: Paint
  /** A label and text beside it, wrapped under itself. */
  labelled(label: string, text: string, style?: Style[]): string[]
  /** A label, dim where nothing else is asked for, and lines beside it as they are. */
  beside(label: string, lines: readonly string[], style?: Style[]): string[]
  /** A title and columns; only names, the first of each row, are cut. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string[]
  /** k6's heading of a section, its lines below, and an empty line between. */
  section(title: string, lines: readonly string[]): string[]
}

const INDENT = 2
const NARROWEST = 60
const SHORTEST_NAME = 8

export function createPage({ color, width: columns, labelWidth = 15 }: PageOptions): Page {
  const width = Math.max(NARROWEST, columns) - INDENT
  const room = width - labelWidth
  const paint = painter(color)
  const beside: Page['beside'] = (label, lines, style = ['dim']) =>
    lines.map((line, i) => {
      const gap = ' '.repeat(Math.max(1, labelWidth - label.length))
      return i === 0 ? paint(style, label) + gap + line : ' '.repeat(labelWidth) + line
    })
  return {
    width,
    room,
    paint,
    labelled: (label, text, style) => beside(label, wrapText(text, room), style),
    beside,
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
    .map((line) => (' '.repeat(INDENT) + line).trimEnd())
    .filter((line, i, all) => line !== '' || (i > 0 && all[i - 1] !== ''))
  return `\n${kept.join('\n').trimEnd()}\n`
}
