import { join, relative } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { thresholdOptions } from './threshold-options.ts'

export const command = 'report <folder>'
export const describe = 'make the reports of a finished run once more, by other thresholds too; needs only its bundle'

export function builder(argv: Argv) {
  return thresholdOptions(argv)
    .positional('folder', { type: 'string', demandOption: true, describe: 'the bundle, e.g. results/flights-…' })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'folder for report.html, junit.xml, summary.md and k6-summary.json (default: the bundle)',
    })
    .example(`$0 report results/mine --threshold 'http_req_failed=rate<0.01'`, 'judge a run that is over')
    .epilogue('Ends with the exit code that the run would have ended with. Only the reports are written.')
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { reportBundle } = await import('../report/report-bundle.ts')
  const { renderRun } = await import('../run/render-run.ts')
  const { REPORT_KEY } = await import('../../results/layout.ts')
  const { results, traffic, folder, notes } = await reportBundle(args)
  for (const note of notes) process.stderr.write(`${note}\n`)
  const here = (path: string) => relative(process.cwd(), path) || '.'
  process.exitCode = results.exit_code
  process.stdout.write(
    args.json
      ? `${JSON.stringify(results, null, 2)}\n`
      : renderRun(results, traffic, {
          paths: { bundle: here(args.folder), report: here(join(folder, REPORT_KEY)) },
          next: [],
          color: process.stdout.isTTY && !process.env.NO_COLOR,
          width: process.stdout.columns || 100,
        }),
  )
}
