import { oneLine, wrapText } from './columns.ts'
import { costSentences } from './cost.ts'
import { formatBytes, formatNoun } from './format.ts'
import { createPage, joinPage, type Page, type PageOptions } from './terminal-page.ts'
import type { ResultsDocument } from '../results/documents.ts'
import { seedText } from './seed-text.ts'

/** What a finished run leaves its reader with. */
export interface EndOptions {
  /** Where everything is; the store only where the environment has one on disk. */
  readonly paths: {
    readonly bundle?: string
    readonly report?: string
    readonly store?: string
    /** Of a document that was read from a bucket. */
    readonly document?: string
  }
  /** Commands worth running now, each with a reason if it needs one. */
  readonly next: readonly string[]
}

/** Labels of a run's page are a column narrower than those of its traffic. */
export const RUN_LABEL_WIDTH = 14

/** What stands below the figures of a traffic run: what it cost, where everything is, what to run next. */
export function renderEnd(results: ResultsDocument, options: EndOptions & PageOptions): string {
  const page = createPage({ ...options, labelWidth: RUN_LABEL_WIDTH })
  return joinSections([
    [...page.labelled('run', results.run_id), ...page.labelled('seed', seedText(results))],
    costLines(results, page),
    ...endSections(results, options, page),
  ])
}

/** The last of any run's page: where everything is, what to run next. */
export function endSections(results: ResultsDocument, { paths, next }: EndOptions, page: Page): string[][] {
  return [[...pathLines(results, paths, page), ...uploadLines(results, page)], nextLines(next, page)]
}

/** An empty line between any two that say something. */
export function joinSections(sections: readonly (readonly string[])[]): string {
  return joinPage(sections.flatMap((lines) => (lines.length === 0 ? [] : [...lines, ''])))
}

/** An older document says nothing of it. */
export function costLines({ cost }: ResultsDocument, page: Page): string[] {
  if (!cost) return []
  const lines = costSentences(cost).flatMap((sentence) => wrapText(sentence, page.room))
  return page.beside('cost', lines)
}

/** Whole, however long: a path is there to be copied. */
function pathLines({ output }: ResultsDocument, paths: EndOptions['paths'], page: Page): string[] {
  const { objects, bytes } = output
  const whole = paths.bundle && `${paths.bundle}  (${formatNoun(objects, 'object')}, ${formatBytes(bytes)})`
  return Object.entries({ ...paths, bundle: whole }).flatMap(([label, text]) =>
    text === undefined ? [] : page.beside(label, [text]),
  )
}

/** An older document says nothing of it. */
function uploadLines({ upload }: ResultsDocument, page: Page): string[] {
  if (!upload) return []
  const { url, error } = upload
  if (error === null) return page.beside('uploaded', [url])
  const why = `${url}: ${oneLine(error)}. The bundle here is whole; the same command with --run-id tries again`
  return page.labelled('not uploaded', why, ['red', 'dim'])
}

function nextLines(next: readonly string[], page: Page): string[] {
  return next.length === 0 ? [] : [page.paint('dim', 'next'), ...next.map((command) => `  ${command}`)]
}
