/**
 * Rows of cells as aligned lines: the first column left, all others right, two spaces between.
 * Columns are as wide as their widest cell; nothing is cut.
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  )
}

/** Lines of at most `width` characters, broken at spaces; a word longer than that keeps its line to itself. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** At most `width` characters, the end replaced by `…` where there are more. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/**
 * Text from elsewhere (an error message, a job id) on one line and without control characters, so that it can neither
 * break the layout nor speak to the terminal.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\p{Cc}+|[\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
}
