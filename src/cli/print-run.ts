import { join, relative } from 'node:path'
import { REPORT_KEY } from '../results/layout.ts'
import type { ResultsDocument } from '../results/documents.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { renderRun } from './run/render-run.ts'

/** What a bundle says, made again or merged: notes on stderr, its summary or document on stdout, its exit code. */
export function printRun(
  { results, traffic, notes }: PrintedRun,
  options: { readonly bundle: string; readonly reports: string; readonly json: boolean },
): void {
  for (const note of notes) process.stderr.write(`${note}\n`)
  const here = (path: string) => relative(process.cwd(), path) || '.'
  process.exitCode = results.exit_code
  process.stdout.write(
    options.json
      ? `${JSON.stringify(results, null, 2)}\n`
      : renderRun(results, traffic, {
          paths: { bundle: here(options.bundle), report: here(join(options.reports, REPORT_KEY)) },
          next: [],
          color: process.stdout.isTTY && !process.env.NO_COLOR,
          width: process.stdout.columns || 100,
        }),
  )
}

interface PrintedRun {
  readonly results: ResultsDocument
  readonly traffic: TrafficDocument | undefined
  readonly notes: readonly string[]
}
